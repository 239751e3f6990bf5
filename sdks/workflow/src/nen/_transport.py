"""The one way from the classes of this package to a desktop."""

from __future__ import annotations

import threading
from typing import Any, NoReturn, Protocol

from .errors import WorkflowError


class Transport(Protocol):
    """Carries calls to whatever drives the desktop.

    Names, arguments and answers of `call` are those of the protocol between a workflow and its worker.
    What is large or not JSON has a method of its own, so that each transport can send it its own way.
    """

    @property
    def model(self) -> str | None:
        """Model for agents that name none; None leaves the choice to the other side."""

    def call(self, name: str, args: dict[str, Any]) -> Any:
        """Does one call and gives its answer; raises what it failed with."""

    def screenshot(self) -> bytes:
        """The screen as PNG."""

    def read_file(self, path: str, offset: int, length: int) -> tuple[bytes, bool]:
        """At most `length` bytes of a file, and whether they are its last."""

    def write_file(self, folder: str, name: str, data: bytes) -> None:
        """Makes or replaces a file."""


class NoDesktop:
    """Stands in while a file is only looked at: every call fails, and says where it belongs."""

    model = None

    def call(self, name: str, args: dict[str, Any]) -> NoReturn:
        raise WorkflowError(f"{name} was called while the file was imported: call it inside run()")

    def screenshot(self) -> NoReturn:
        self.call("computer.screenshot", {})

    def read_file(self, path: str, offset: int, length: int) -> NoReturn:
        self.call("drive.read", {})

    def write_file(self, folder: str, name: str, data: bytes) -> NoReturn:
        self.call("drive.write", {})


_lock = threading.Lock()
_current: Transport | None = None


def use(transport: Transport | None) -> None:
    """Sets the transport of this process; None lets the next call choose again."""
    global _current
    with _lock:
        _current = transport


def current() -> Transport:
    """The transport of this process. Outside of a run's sandbox it is local mode, set up at first use."""
    global _current
    if _current is None:
        with _lock:
            if _current is None:
                from ._local import LocalTransport

                _current = LocalTransport.from_environment()
    return _current
