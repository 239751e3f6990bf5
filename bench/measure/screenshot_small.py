"""A screenshot after a small change: one typed character, one button under the pointer.

Only the screenshot is timed. The change is made and painted before, seen by the listener, and Nen has not looked since.
Nen looks once before the change, as an agent does, so that each turn has one change in it.
"""

from __future__ import annotations

from itertools import cycle

from effort import Effort
from measure.screenshots import COLUMNS, add_row, contenders, promise
from paired import paired
from stage import Stage
from table import Topic

NAME = "screenshot-small"


def topic() -> Topic:
    return Topic("Screenshot after a small change", COLUMNS)


def on(stage: Stage, found: Topic, effort: Effort) -> None:
    rounds = effort.rounds(60)
    desktop = stage.desktop
    typed = desktop.bare_request("key", text="a")
    hovered = cycle([desktop.bare_request("mouse_move", coordinate=[140, y]) for y in (312, 360)])
    # What: the page, the change, whether the bounds are for it.
    changes = {
        "character typed, form": ("controls.html", cycle([typed]), True),
        "character typed, dashboard": ("dashboard.html", cycle([typed]), True),
        "button under the pointer": ("controls.html", hovered, False),
    }
    for what, (page, messages, bound) in changes.items():
        stage.open(page)
        stage.tab.tell("focus")
        times = paired(rounds, contenders(stage, messages))
        add_row(found, what, stage.screen, times)
        if bound:
            promise(found, f"screenshot, {what}", stage.screen, times, most=1.5, cua=70, scrot=30)
