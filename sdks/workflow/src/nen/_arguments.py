"""Arguments of calls, checked here so that a mistake is named at the line that made it."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any


def text(name: str, value: object, *, empty: bool = False) -> str:
    """A string that can be sent; not an empty one unless allowed."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {kind(value)}")
    if not value and not empty:
        raise ValueError(f"{name} is empty")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        at = error.start
        raise ValueError(
            f"{name} holds half a character (a lone surrogate, U+{ord(value[at]):04X}) at {at}"
        ) from None
    return value


def optional_text(name: str, value: object) -> str | None:
    """A string that can be sent, or None."""
    return None if value is None else text(name, value)


def whole(name: str, value: object, *, least: int = 0) -> int:
    """A whole number, also of a type such as numpy's; True and False are none."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        shown = f"{value!r}" if isinstance(value, (int, float)) else kind(value)
        raise TypeError(f"{name} must be a whole number, not {shown}") from None
    if number < least:
        raise ValueError(f"{name} must be {least} or more, not {number}")
    return number


def seconds(name: str, value: object) -> float:
    """A finite number of seconds, 0 or more."""
    if isinstance(value, bool) or not hasattr(value, "__float__") or isinstance(value, str):
        raise TypeError(f"{name} must be a number of seconds, not {kind(value)}")
    number = float(value)
    if not math.isfinite(number) or number < 0:
        raise ValueError(f"{name} must be a finite number of seconds, 0 or more, not {number}")
    return number


def point(name: str, value: object) -> list[int]:
    """Two whole numbers, x and y in pixels of the screenshot."""
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise TypeError(f"{name} must be a pair (x, y), not {kind(value)}")
    if len(value) != 2:
        raise ValueError(f"{name} must be a pair (x, y), not {len(value)} numbers")
    return [whole(f"{name} x", value[0]), whole(f"{name} y", value[1])]


def one_of(name: str, value: object, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {kind(value)}")
    if value not in choices:
        *most, last = (repr(choice) for choice in choices)
        raise ValueError(f"{name} must be {', '.join(most)} or {last}, not {value!r}")
    return value


def kind(value: Any) -> str:
    """What a value is, for a message; never the value, which may be long or private."""
    return "None" if value is None else type(value).__name__
