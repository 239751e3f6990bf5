"""What takes more than one request or has no end: described here, carried out in `_streams` and
`_async_streams`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from typing import Any, Generic, TypeVar

from ._call import Call, Plan
from ._follow import Follower

T = TypeVar("T")


@dataclass(frozen=True)
class Opening:
    """An answer that is read as a stream."""

    call: Call[Any]


@dataclass(frozen=True)
class Saving(Plan[int]):
    """An answer that becomes a file."""

    call: Call[Any]
    to: str | PathLike[str]


@dataclass(frozen=True)
class Waiting(Plan[T]):
    """The first thing that a stream gives."""

    follower: Follower[T]


@dataclass(frozen=True)
class Pages(Generic[T]):
    """A list that comes in pages."""

    first: Call[Any]
    items: Callable[[Any], list[T]]
    # The call for the page after one; None after the last.
    following: Callable[[Any], Call[Any] | None]
