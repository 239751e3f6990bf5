"""Typing into a text area in Chromium: until the reply, and until the page has all of it. What arrived is compared."""

from __future__ import annotations

import random
import string

from desktop import SMALL, WrongAnswer, call
from effort import Effort
from page_server import PageError
from stage import Stage
from table import Topic, at_most
from timing import Times, ms

NAME = "typing"
LENGTH_ASCII = 1000
LENGTH_UNICODE = 200
# Peers are slow at this; a few times say enough.
PEER_ROUNDS = 2
PEER_LIMIT_S = 60.0


def texts() -> dict[str, str]:
    """The same texts every time, without Return, which no peer types alike."""
    chance = random.Random(5)
    letters = string.ascii_letters + string.digits + string.punctuation + " " * 14
    plain = "".join(chance.choice(letters) for _ in range(LENGTH_ASCII))
    kinds = [
        "éüñçåøßłőžêÂÉ",
        "αβγδεζηθλμπσωΩ",
        "абвгдежзийклмнопрюя",
        "你好世界日本語中文字東京",
        "€£¥§©→≤∞√½",
        "😀🚀🎉🐧🌍",
    ]
    mixed = "".join(chance.choice(kinds[i % len(kinds)]) for i in range(LENGTH_UNICODE))
    return {f"{LENGTH_ASCII} ASCII": plain, f"{LENGTH_UNICODE} mixed Unicode": mixed}


def topic() -> Topic:
    return Topic(
        "Typing",
        ["ms", "screen", "rounds", "reply p50", "p95", "in the page p50", "exact"],
        notes=[
            'Nen: one `type` with `"screenshot": "never"`. The plain rows have `"settle": false`: the reply says that all was '
            "sent. The settled rows are answered once the browser's window answered a ping behind it (1 s at most) and the "
            "screen rested; the page inside may still be reading then.",
            '"In the page" is from the beginning of the call until the page told the benchmark\'s web server that all '
            "characters are there.",
            "xdotool waits 12 ms after every character unless told otherwise; both ways are shown. Inexact texts of peers "
            "are counted and not waited for.",
            "A text area in Chromium takes most of a millisecond for a key, whoever presses it: in the page, a long text "
            "is as late as that.",
            "Mixed Unicode: Latin with accents, Greek, Cyrillic, CJK, symbols, emoji in turn.",
        ],
    )


def on(stage: Stage, found: Topic, effort: Effort) -> None:
    stage.open("typing.html")
    desktop = stage.desktop
    for what, text in texts().items():
        # The first time a character is typed a key may have to be found for it; that is part of it, so no warm-up.
        rounds = effort.rounds(20, 2)
        ways = {
            "Nen": desktop.bare_request("type", text=text),
            "Nen, settled": desktop.execute_request(call("type", text=text), screenshot="never"),
        }
        for name, message in ways.items():
            replies, pages = _nen(stage, message, text, rounds)
            times = map(ms, (replies.p50, replies.p95, pages.p50))
            found.row(f"{name}, {what}", stage.screen, rounds, *times, f"{rounds} of {rounds}")
            if stage.screen == SMALL and name == "Nen":
                found.promises.append(at_most(f"type {what}, reply p50", replies.p50, 300, "ms"))
                found.promises.append(at_most(f"type {what}, all of it in the page, p50", pages.p50, 300, "ms"))
        if stage.screen == SMALL:
            _peers(stage, found, effort, what, text)


def _nen(stage: Stage, message: bytes, text: str, rounds: int) -> tuple[Times, Times]:
    """Until the reply, and until the page has told that all is there; each text compared."""
    replies, pages = Times(), Times()
    for _ in range(rounds):
        stage.tab.tell("expect", units=_units(text))
        reply = stage.desktop.act(message)
        came, _ = stage.tab.wait_for(lambda report: report.get("arrived"))
        if (arrived := stage.tab.tell("state")["text"]) != text:
            raise WrongAnswer(f"typed {text!r}, arrived {arrived!r}")
        replies.add(reply.ms)
        pages.add((came - reply.sent_ns) / 1e6)
    return replies, pages


def _units(text: str) -> int:
    """Its length as JavaScript counts."""
    return len(text.encode("utf-16-le")) // 2


def _peers(stage: Stage, found: Topic, effort: Effort, what: str, text: str) -> None:
    """On the usual screen only: how large it is does not matter to typing."""
    peers = stage.peers
    if not peers:
        return
    contenders = {
        "xdotool type --delay 0": lambda: peers.xdotool("type", "--delay", 0, "--", text),
        "cua type_text": lambda: peers.cua("type_text", text=text),
    }
    if not effort.short:
        contenders["xdotool type"] = lambda: peers.xdotool("type", "--", text)
    for name, type_it in contenders.items():
        rounds = 1 if effort.short else PEER_ROUNDS
        times, exact = Times(), 0
        for _ in range(rounds):
            stage.tab.tell("expect", units=_units(text), limit_s=PEER_LIMIT_S)
            times.add(type_it())
            exact += _settled_text(stage) == text
        found.row(f"{name}, {what}", stage.screen, rounds, ms(times.p50), ms(times.p95), "–", f"{exact} of {rounds}")


def _settled_text(stage: Stage) -> str:
    """What is in the page once nothing more is coming: a peer answers before the browser has read everything."""
    try:
        before = stage.tab.tell("settled", limit_s=PEER_LIMIT_S)["text"]
        while (after := stage.tab.tell("settled", limit_s=PEER_LIMIT_S)["text"]) != before:
            before = after
    except PageError:
        return ""
    return after
