"""The computer: mouse, keyboard, screen and files, without a model in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import _arguments, _transport
from .drive import Drive
from .errors import WorkflowError
from .secure import SecureValue


class Computer:
    """The desktop of this run. Coordinates are pixels of its screenshots, from the top left."""

    def __repr__(self) -> str:
        return "Computer()"

    def type(self, text: str | SecureValue, interval: float = 0.02) -> None:
        """Types a text, or a secret that never comes into this process, into what has the keyboard.

        `interval` is in seconds, between keystrokes.
        """
        sent: str | dict[str, str]
        if isinstance(text, SecureValue):
            sent = {"secure": text.field}
        elif isinstance(text, str):
            sent = _arguments.text("text", text, empty=True)
        else:
            raise TypeError(f"text must be a str or a SecureValue, not {_arguments.kind(text)}")
        args = {"text": sent, "interval": _arguments.seconds("interval", interval)}
        _call("computer.type", args)

    def press(self, key: str) -> None:
        """Presses one key, by its xdotool name: Return, Tab, Escape, Page_Down, F5, a …"""
        _call("computer.press", {"key": _arguments.text("key", key)})

    def hotkey(self, *keys: str) -> None:
        """Presses keys together, as in `hotkey("ctrl", "shift", "t")`."""
        if not keys:
            raise ValueError("hotkey needs keys, as in hotkey('ctrl', 'c')")
        for key in keys:
            if _arguments.text("key", key).lower() == "command":
                raise WorkflowError(
                    f"No such key name {key!r}: the modifiers are 'ctrl', 'alt', 'shift' and 'super'"
                )
        _call("computer.hotkey", {"keys": list(keys)})

    def click_at(self, x: int, y: int, button: str = "left") -> None:
        """Clicks with the left, right or middle button."""
        button = _arguments.one_of("button", button, ("left", "right", "middle"))
        _call("computer.click_at", {**_at(x, y), "button": button})

    def double_click_at(self, x: int, y: int) -> None:
        """Clicks twice with the left button."""
        _call("computer.double_click_at", _at(x, y))

    def move(self, x: int, y: int) -> None:
        """Moves the pointer."""
        _call("computer.move", _at(x, y))

    def drag(self, start: Sequence[int], end: Sequence[int]) -> None:
        """Drags with the left button from one point (x, y) to another."""
        args = {"from": _arguments.point("start", start), "to": _arguments.point("end", end)}
        _call("computer.drag", args)

    def scroll(
        self,
        direction: str = "down",
        amount: int = 3,
        *,
        x: int | None = None,
        y: int | None = None,
    ) -> None:
        """Turns the wheel by `amount` ticks up, down, left or right, at a point or where the pointer is."""
        if (x is None) != (y is None):
            raise ValueError("scroll needs both x and y, or neither")
        args = {
            "direction": _arguments.one_of("direction", direction, ("up", "down", "left", "right")),
            "amount": _arguments.whole("amount", amount),
            "x": None if x is None else _arguments.whole("x", x),
            "y": None if y is None else _arguments.whole("y", y),
        }
        _call("computer.scroll", args)

    def screenshot(self) -> bytes:
        """What the screen shows, as PNG."""
        return _transport.current().screenshot()

    def wait(self, seconds: float) -> None:
        """Lets the desktop go on for some seconds. To wait for something, `Agent.verify` is better."""
        _call("computer.wait", {"seconds": _arguments.seconds("seconds", seconds)})

    def drive(self, path: str) -> Drive:
        """A folder of the desktop, absolute or below its home: `~/Downloads`."""
        return Drive(path)


def _at(x: object, y: object) -> dict[str, Any]:
    return {"x": _arguments.whole("x", x), "y": _arguments.whole("y", y)}


def _call(name: str, args: dict[str, Any]) -> None:
    _transport.current().call(name, args)
