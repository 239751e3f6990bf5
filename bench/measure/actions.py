"""A click, a pointer move and a key press that are neither looked at nor waited for."""

from __future__ import annotations

import time
from itertools import cycle

from desktop import SMALL, WrongAnswer
from effort import Effort
from paired import IN_A_ROW, paired, turns
from stage import Stage
from table import Topic, at_most, not_measured, times_faster
from timing import ms, ratio

NAME = "actions"
WARM_UP = 1
ARRIVAL_LIMIT_S = 10.0


def topic() -> Topic:
    return Topic(
        "Click, move, key",
        ["ms", "screen", "calls", "Nen p50", "p95", "p99", "first", "cua p50", "× Nen", "xdotool p50", "× Nen"],
        notes=[
            'Nen: `"screenshot": "never", "settle": false`. cua: `left_click`, `move_cursor`, `press_key`. '
            "xdotool: `mousemove --sync X Y click 1`, `mousemove --sync X Y`, `key a`.",
            "The page counted every click and every key of every contender; each had to be there.",
        ],
    )


def on(stage: Stage, found: Topic, effort: Effort) -> None:
    calls = effort.rounds(100, 5)
    desktop, peers = stage.desktop, stage.peers
    stage.open("controls.html")
    # Far enough apart that no two clicks are a double click, and that every move moves.
    places = cycle([(200 + 90 * column, 400 + 70 * row) for row in range(4) for column in range(9)])
    at: tuple[int, int] = (0, 0)

    def place() -> tuple[int, int]:
        nonlocal at
        at = next(places)
        return at

    def nen(action: str) -> float:
        message = desktop.bare_request(action, coordinate=list(place()))
        return desktop.act(message).ms

    pressed = desktop.bare_request("key", text="a")
    kinds = {
        "click": {"nen": lambda: nen("left_click")},
        "move": {"nen": lambda: nen("mouse_move")},
        "key": {"nen": lambda: desktop.act(pressed).ms},
    }
    if peers:

        def cua(command: str) -> float:
            x, y = place()
            return peers.cua(command, x=x, y=y)

        kinds["click"] |= {
            "cua": lambda: cua("left_click"),
            "xdotool": lambda: peers.xdotool("mousemove", "--sync", *place(), "click", 1),
        }
        kinds["move"] |= {
            "cua": lambda: cua("move_cursor"),
            "xdotool": lambda: peers.xdotool("mousemove", "--sync", *place()),
        }
        kinds["key"] |= {
            "cua": lambda: peers.cua("press_key", key="a"),
            "xdotool": lambda: peers.xdotool("key", "a"),
        }

    for kind, contenders in kinds.items():
        before = stage.tab.tell("state")
        times = paired(calls, contenders, WARM_UP)
        _check(stage, kind, before, (turns(calls) + WARM_UP) * IN_A_ROW * len(contenders), at)
        ours = times["nen"]
        cells = [kind, stage.screen, len(ours), ms(ours.p50), ms(ours.p95), ms(ours.p99), ms(ours.first_p50)]
        for name in ("cua", "xdotool"):
            cells += [ms(times[name].p50), ratio(times[name].p50, ours.p50)] if name in times else ["–", "–"]
        found.row(*cells)
        if stage.screen == SMALL:
            found.promises.append(at_most(f"{kind}, p50", ours.p50, 1, "ms"))
            found.promises.append(at_most(f"{kind}, p99", ours.p99, 5, "ms"))
            text = f"{kind}: faster than cua-computer-server"
            if "cua" in times:
                found.promises.append(times_faster(text, times["cua"].p50 / ours.p50, 100))
            else:
                found.promises.append(not_measured(text, "≥ 100×", "run without peers"))


def _check(stage: Stage, kind: str, before: dict, wanted: int, at: tuple[int, int]) -> None:
    """All of them arrived, and the last one where it should. A browser may need a moment to read what was sent fast."""
    deadline = time.monotonic() + ARRIVAL_LIMIT_S
    while True:
        after = stage.tab.tell("settled")
        if kind == "move":
            arrived, told = after["at"] == list(at), f"the pointer is at {after['at']}, not at {at}"
        else:
            counter = {"click": "clicks", "key": "keys"}[kind]
            came = after[counter] - before[counter]
            arrived, told = came == wanted, f"{came} of {wanted} {counter} reached the page"
            if kind == "click" and arrived and after["clickedAt"] != list(at):
                arrived, told = False, f"the last click came at {after['clickedAt']}, not at {at}"
        if arrived:
            return
        if time.monotonic() > deadline:
            raise WrongAnswer(told)
