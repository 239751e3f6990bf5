"""A screenshot after the whole frame changed: a page that fills the screen was scrolled in one frame."""

from __future__ import annotations

from itertools import cycle

from effort import Effort
from measure.screenshots import COLUMNS, add_row, contenders, promise
from paired import paired
from stage import PAGE_AREA, Stage
from table import Topic

NAME = "screenshot-full"
PAGES = {"text page scrolled": "text.html", "photographs scrolled": "photographs.html"}


def topic() -> Topic:
    return Topic(
        "Screenshot after the whole frame changed",
        COLUMNS,
        notes=["The bound is for the page of text; photographs with noise in every pixel are the worst case."],
    )


def on(stage: Stage, found: Topic, effort: Effort) -> None:
    desktop = stage.desktop
    for what, page in PAGES.items():
        stage.open(page)
        # Down and up again over different distances, so that no frame follows itself.
        ways = ("Next", "Next", "Next", "Prior", "Prior", "Prior")
        keys = cycle([desktop.bare_request("key", text=key) for key in ways])
        times = paired(effort.rounds(40), contenders(stage, keys, min_area=PAGE_AREA))
        add_row(found, what, stage.screen, times)
        if page == "text.html":
            promise(found, "screenshot, whole frame changed", stage.screen, times, most=6, cua=15)
