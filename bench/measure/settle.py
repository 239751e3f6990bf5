"""How soon after the last repaint an action that waits for the screen answers, with its picture.

The repaint is seen by a listener of its own on the same display; its clock is the one that the reply is timed with.
"""

from __future__ import annotations

import base64

from desktop import SMALL, Screen, WrongAnswer, call, png_size
from effort import Effort
from raw_http import Reply
from stage import PAGE_AREA, Stage
from table import Promise, Topic, at_most, not_measured
from timing import Times, ms

NAME = "settle"
QUIET_MS = 80


def topic() -> Topic:
    return Topic(
        "Click, settle, picture",
        ["ms", "screen", "rounds", "p50", "p95", "p99", "highest"],
        notes=[
            f"From the last repaint, seen by the listener, to the reply with its picture. {QUIET_MS} ms of it are the "
            "quiet time that makes the screen settled.",
        ],
    )


def on(stage: Stage, found: Topic, effort: Effort) -> None:
    rounds = effort.rounds(60, 5)
    if stage.watcher:
        _one_frame(stage, found, rounds)
    elif stage.screen == SMALL:
        found.promises.append(
            not_measured("reply after the last repaint", f"≤ {QUIET_MS + 10} ms", "run without peers")
        )
    _caret(stage, found, rounds)


def _checked(reply: Reply, screen: Screen) -> dict:
    answer = reply.json()
    if answer["status"] != "ok" or png_size(base64.b64decode(answer["base64_image"])) != screen:
        raise WrongAnswer(f"not done, or no picture: {reply.body[:200]!r}")
    return answer


def _one_frame(stage: Stage, found: Topic, rounds: int) -> None:
    assert stage.watcher
    stage.open("flash.html")
    desktop = stage.desktop
    centre = [stage.screen.width // 2, stage.screen.height // 3]
    click = desktop.execute_request(call("left_click", coordinate=centre), screenshot="always")
    after_repaint, whole, encoding = Times(), Times(), Times()
    for _ in range(rounds):
        reply = desktop.send(click)
        answer = _checked(reply, stage.screen)
        painted = [event[0] for event in stage.watcher.since(reply.sent_ns, PAGE_AREA) if event[0] < reply.came_ns]
        if not painted or not answer["changed"] or answer.get("settle_timed_out"):
            raise WrongAnswer(f"the click painted {len(painted)} times: changed {answer.get('changed')}")
        after_repaint.add((reply.came_ns - painted[-1]) / 1e6)
        whole.add(reply.ms)
        encoding.add(reply.ms - answer["settled_ms"])
    for what, times in (
        ("last repaint to reply", after_repaint),
        ("whole call", whole),
        ("whole call − `settled_ms`", encoding),
    ):
        found.row(what, stage.screen, rounds, ms(times.p50), ms(times.p95), ms(times.p99), ms(max(times.values)))
    if (state := stage.tab.tell("state"))["clicks"] != rounds:
        raise WrongAnswer(f"{state['clicks']} of {rounds} clicks reached the page")
    if stage.screen == SMALL:
        found.promises.append(at_most("reply after the last repaint, p50", after_repaint.p50, QUIET_MS + 10, "ms"))


def _caret(stage: Stage, found: Topic, rounds: int) -> None:
    """A caret that blinks and a clock that runs must not hold the screen open."""
    stage.open("caret.html")
    desktop = stage.desktop
    click = desktop.execute_request(call("left_click", coordinate=[300, 400]), screenshot="always")
    whole, timed_out = Times(), 0
    for _ in range(rounds):
        reply = desktop.send(click)
        answer = _checked(reply, stage.screen)
        timed_out += bool(answer.get("settle_timed_out"))
        whole.add(reply.ms)
    state = stage.tab.tell("state")
    if state["clicks"] != rounds or not state["focused"]:
        raise WrongAnswer(f"after {rounds} clicks the page says {state}")
    what = "whole call, beside a caret and a clock"
    found.row(what, stage.screen, rounds, ms(whole.p50), ms(whole.p95), ms(whole.p99), ms(max(whole.values)))
    if stage.screen == SMALL:
        text = "caret and clock hold the screen open (`settle_timed_out`)"
        found.promises.append(Promise(text, "never", f"{timed_out} of {rounds}", timed_out == 0))
