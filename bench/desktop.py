"""A desktop of a benchmark's server."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import processes
from raw_http import Connection, Reply
from server import Server

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class WrongAnswer(Exception):
    """An answer that is not what was asked for: the benchmark is void."""


@dataclass(frozen=True)
class Screen:
    """Size of a screen in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


SMALL = Screen(1280, 800)
LARGE = Screen(1920, 1080)


def check(reply: Reply, status: int = 200) -> Reply:
    """The reply, if it has this status."""
    if reply.status != status:
        raise WrongAnswer(f"status {reply.status}, not {status}: {reply.body[:500]!r}")
    return reply


def png_size(data: bytes) -> Screen:
    """Size of a PNG, which must be whole."""
    if data[:8] != PNG_SIGNATURE or data[-8:-4] != b"IEND":
        raise WrongAnswer("no whole PNG came")
    return Screen(*struct.unpack(">II", data[16:24]))


def call(action: str, tool: str = "computer", **params: Any) -> dict[str, Any]:
    """One action as the API wants it."""
    return {"tool": tool, "action": action, "params": params}


def instance(folder: Path) -> dict[str, Any]:
    """A desktop's processes and cgroups as the server wrote them down in its folder."""
    return json.loads((folder / "instance.json").read_text())


def controller_socket(folder: Path) -> str:
    """Where the controller of a desktop listens, in the desktop's own memory. One that is being started has none yet."""
    init = instance(folder)["init"]
    if init is None:
        raise FileNotFoundError(f"{folder.name} has no processes yet")
    return f"/proc/{init['pid']}/root/run/nen/controller.sock"


class Desktop:
    """One desktop, with a keep-alive connection to its server."""

    def __init__(self, server: Server, made: dict[str, Any]) -> None:
        self.server = server
        self.id: str = made["desktop_id"]
        self.screen = Screen(made["display"]["width"], made["display"]["height"])
        self.provisioning: str | None = made.get("provisioning")
        self.folder: Path = server.data / "desktops" / self.id
        self.connection: Connection = server.connect()
        self.look = self.screenshot_request()

    @classmethod
    def create(cls, server: Server, screen: Screen = SMALL, **fields: Any) -> Self:
        body = {"display": {"width": screen.width, "height": screen.height}, "idle_timeout_seconds": 0, **fields}
        with server.connect() as connection:
            return cls(server, check(connection.exchange(server.request("POST", "/desktops", body)), 201).json())

    def delete(self) -> None:
        reply = self.connection.exchange(self.server.request("DELETE", f"/desktops/{self.id}"))
        self.connection.close()
        if reply.status not in (200, 204):
            raise WrongAnswer(f"deleting answered {reply.status}: {reply.body!r}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.delete()

    def screenshot_request(self, query: str = "", etag: str | None = None) -> bytes:
        headers = {"If-None-Match": etag} if etag else None
        return self.server.request("GET", f"/desktops/{self.id}/screenshot{query}", headers=headers)

    def execute_request(self, *calls: dict[str, Any], **options: Any) -> bytes:
        """The bytes of an execute request; made before a clock starts."""
        action = {"action": calls[0]} if len(calls) == 1 else {"actions": list(calls)}
        return self.server.request("POST", f"/desktops/{self.id}/execute", {**action, **options})

    def bare_request(self, action: str, **params: Any) -> bytes:
        """An action that is neither looked at nor waited for."""
        return self.execute_request(call(action, **params), screenshot="never", settle=False)

    def send(self, message: bytes) -> Reply:
        """One exchange, which must be answered with 200."""
        return check(self.connection.exchange(message))

    def act(self, message: bytes) -> Reply:
        """One action, which must have been done."""
        reply = self.send(message)
        if not reply.body.startswith(b'{"status":"ok"'):
            raise WrongAnswer(f"not done: {reply.body[:300]!r}")
        return reply

    def screenshot(self) -> Reply:
        """The screen as PNG, checked to be one of the right size."""
        reply = self.send(self.look)
        if (size := png_size(reply.body)) != self.screen:
            raise WrongAnswer(f"a screenshot of {size} instead of {self.screen}")
        return reply

    @property
    def instance(self) -> dict[str, Any]:
        """Its processes and cgroups as the server wrote them down."""
        return instance(self.folder)

    def processes(self) -> list[int]:
        """All its processes, found as a tree: host users are shared by servers on one machine."""
        written = self.instance
        roots = [written[part]["pid"] for part in ("outer", "network") if written.get(part)]
        return processes.tree(roots)
