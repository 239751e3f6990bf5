"""What the server adds to the controller inside: the same requests to both, in turn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from desktop import SMALL, WrongAnswer, call, check, controller_socket
from effort import Effort
from paired import paired
from raw_http import Connection, Reply, request
from stage import Stage
from table import Topic, at_most
from timing import ms

NAME = "overhead"


def topic() -> Topic:
    return Topic(
        "Server on top of the controller",
        ["ms", "screen", "rounds", "server p50", "p95", "controller p50", "p95", "difference of p50"],
        notes=["The controller is asked on its Unix socket, the server over TCP on loopback with a key."],
    )


def on(stage: Stage, found: Topic, effort: Effort) -> None:
    if stage.screen != SMALL:
        return
    rounds = effort.rounds(200, 10)
    desktop = stage.desktop
    stage.open("controls.html")
    stage.tab.tell("blur")
    bodies = [
        {"action": call("mouse_move", coordinate=[x, 420]), "screenshot": "never", "settle": False}
        for x in range(200, 1000, 40)
    ]
    path = f"/desktops/{desktop.id}"
    pairs = {
        "execute, pointer move": (
            cycle([desktop.server.request("POST", f"{path}/execute", body) for body in bodies]),
            cycle([request("POST", "/execute", None, body) for body in bodies]),
        ),
        "screenshot, nothing changed": (
            cycle([desktop.screenshot_request("?cursor=false")]),
            cycle([request("GET", "/screenshot?cursor=false")]),
        ),
    }
    with Connection(controller_socket(desktop.folder)) as controller:
        for what, (to_server, to_controller) in pairs.items():
            asked = {"server": Asked(desktop.connection, to_server), "controller": Asked(controller, to_controller)}
            times = paired(rounds, asked, warm_up=5)
            pictures = [one.last.body for one in asked.values() if one.last]
            if what.startswith("screenshot") and pictures[0] != pictures[1]:
                raise WrongAnswer("server and controller showed different pictures of the same screen")
            server, straight = times["server"], times["controller"]
            difference = server.p50 - straight.p50
            found.row(
                what,
                stage.screen,
                rounds,
                *map(ms, (server.p50, server.p95, straight.p50, straight.p95, difference)),
            )
            found.promises.append(at_most(f"server on top of the controller, {what}, p50", difference, 0.4, "ms"))


class Asked:
    """One side of the comparison, which keeps its last answer for checking."""

    def __init__(self, connection: Connection, messages: Iterator[bytes]) -> None:
        self._connection, self._messages = connection, messages
        self.last: Reply | None = None

    def __call__(self) -> float:
        self.last = check(self._connection.exchange(next(self._messages)))
        return self.last.ms
