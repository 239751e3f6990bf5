"""Calls of `Computer` as actions of a desktop's `computer` tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

# Most that the server takes at once: characters of a text, seconds of a wait.
_MOST_CHARACTERS = 100_000
_MOST_WAIT = 300.0
# Seconds of typing in one request, well below the time after which a server gives a request up.
_MOST_TYPING = 120.0

Action = tuple[str, dict[str, Any]]

_CLICKS = {"left": "left_click", "right": "right_click", "middle": "middle_click"}


def actions_of(name: str, args: dict[str, Any]) -> Iterator[Action]:
    """The actions of a call, in order; more than one only where a single one would be too long."""
    return _ACTIONS[name](args)


def _type(args: dict[str, Any]) -> Iterator[Action]:
    text, interval = args["text"].replace("\r\n", "\n"), args["interval"]
    length = _MOST_CHARACTERS
    if interval > 0:
        length = max(1, min(length, int(_MOST_TYPING / interval)))
    for start in range(0, len(text), length):
        yield "type", {"text": text[start : start + length], "interval": interval}


def _press(args: dict[str, Any]) -> Iterator[Action]:
    yield "key", {"text": args["key"]}


def _hotkey(args: dict[str, Any]) -> Iterator[Action]:
    yield "key", {"text": "+".join(args["keys"])}


def _click(args: dict[str, Any]) -> Iterator[Action]:
    yield _CLICKS[args["button"]], {"coordinate": [args["x"], args["y"]]}


def _double_click(args: dict[str, Any]) -> Iterator[Action]:
    yield "double_click", {"coordinate": [args["x"], args["y"]]}


def _move(args: dict[str, Any]) -> Iterator[Action]:
    yield "mouse_move", {"coordinate": [args["x"], args["y"]]}


def _drag(args: dict[str, Any]) -> Iterator[Action]:
    yield "left_click_drag", {"start_coordinate": args["from"], "coordinate": args["to"]}


def _scroll(args: dict[str, Any]) -> Iterator[Action]:
    params = {"scroll_direction": args["direction"], "scroll_amount": args["amount"]}
    if args["x"] is not None:
        params["coordinate"] = [args["x"], args["y"]]
    yield "scroll", params


def _wait(args: dict[str, Any]) -> Iterator[Action]:
    left = args["seconds"]
    while left > _MOST_WAIT:
        yield "wait", {"duration": _MOST_WAIT}
        left -= _MOST_WAIT
    yield "wait", {"duration": left}


_ACTIONS: dict[str, Callable[[dict[str, Any]], Iterator[Action]]] = {
    "computer.type": _type,
    "computer.press": _press,
    "computer.hotkey": _hotkey,
    "computer.click_at": _click,
    "computer.double_click_at": _double_click,
    "computer.move": _move,
    "computer.drag": _drag,
    "computer.scroll": _scroll,
    "computer.wait": _wait,
}
