"""A screenshot when nothing has changed: the picture again, and the answer that there is nothing new."""

from __future__ import annotations

from desktop import WrongAnswer, check
from effort import Effort
from measure.screenshots import COLUMNS, add_row, promise
from paired import paired
from stage import Stage
from table import Topic

NAME = "screenshot-same"


def topic() -> Topic:
    return Topic("Screenshot when nothing has changed", COLUMNS)


def on(stage: Stage, found: Topic, effort: Effort) -> None:
    desktop = stage.desktop
    stage.open("controls.html")
    stage.tab.tell("blur")
    tag = desktop.screenshot().header(b"etag")
    if tag is None:
        raise WrongAnswer("a screenshot without an ETag")
    known = desktop.screenshot_request(etag=tag.decode())

    def whole() -> float:
        reply = desktop.screenshot()
        if reply.header(b"etag") != tag:
            raise WrongAnswer("the screen changed by itself")
        return reply.ms

    def unchanged() -> float:
        return check(desktop.connection.exchange(known), 304).ms

    contenders = {"nen": whole, "304": unchanged}
    if stage.peers:
        contenders |= {"cua": stage.peers.cua_screenshot, "scrot": stage.peers.scrot}
    times = paired(effort.rounds(60), contenders)
    add_row(found, "200, with the picture", stage.screen, times)
    add_row(found, "304, `If-None-Match`", stage.screen, {**times, "nen": times["304"]})
    promise(found, "screenshot with the picture, nothing changed", stage.screen, times, most=0.6)
