"""How a function that describes a call becomes a method of blocking and of asynchronous objects
alike.

`get_desktop = call(desktops.get_desktop)` in a class is a method that answers a `DesktopInfo` where
the class is blocking, and an awaitable of one where it is asynchronous. So each call is written
once, with its parameters and what is said of them.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, overload

from ._async_streams import AsyncDownload, AsyncStream
from ._async_streams import perform as perform_async
from ._awaiting import AwaitingIO
from ._blocking import BlockingIO
from ._call import Call, Plan
from ._follow import Follower
from ._plans import Opening, Pages
from ._streams import Download, Stream, perform
from .actions import Act
from .calls import tools
from .models import ExecuteResult

if TYPE_CHECKING:
    from typing_extensions import Self

P = ParamSpec("P")
T = TypeVar("T")
# What a method answers on a blocking object, and on an asynchronous one.
B = TypeVar("B")
A = TypeVar("A")

Soon: TypeAlias = Coroutine[Any, Any, T]


class Blocking:
    """An object whose methods wait for the server."""

    _io: BlockingIO


class Awaiting:
    """An object whose methods are awaited."""

    _io: AwaitingIO


class BlockingDesktop(Blocking):
    """A blocking object that is about one desktop."""

    def __init__(self, io: BlockingIO, desktop_id: str) -> None:
        self._io = io
        self.desktop_id = desktop_id


class AwaitingDesktop(Awaiting):
    """An asynchronous object that is about one desktop."""

    def __init__(self, io: AwaitingIO, desktop_id: str) -> None:
        self._io = io
        self.desktop_id = desktop_id


class Method(Generic[P, B, A]):
    """A method made of a function that describes what it does."""

    def __init__(self, build: Callable[P, Any]) -> None:
        self.build = build
        self.__doc__ = build.__doc__

    @overload
    def __get__(self, owner: None, kind: type | None = None) -> Self: ...
    @overload
    def __get__(self, owner: Blocking, kind: type | None = None) -> Callable[P, B]: ...
    @overload
    def __get__(self, owner: Awaiting, kind: type | None = None) -> Callable[P, A]: ...
    def __get__(self, owner: Blocking | Awaiting | None, kind: type | None = None) -> Any:
        if owner is None:
            return self
        return _bound(self.build, owner)


class DesktopMethod(Generic[P, B, A]):
    """A method of an object that is about one desktop, whose id it puts first."""

    def __init__(self, method: Method[Concatenate[str, P], B, A]) -> None:
        self.build = method.build
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, owner: None, kind: type | None = None) -> Self: ...
    @overload
    def __get__(self, owner: BlockingDesktop, kind: type | None = None) -> Callable[P, B]: ...
    @overload
    def __get__(self, owner: AwaitingDesktop, kind: type | None = None) -> Callable[P, A]: ...
    def __get__(
        self, owner: BlockingDesktop | AwaitingDesktop | None, kind: type | None = None
    ) -> Any:
        if owner is None:
            return self
        return _bound(self.build, owner, owner.desktop_id)


def call(build: Callable[P, Plan[T]]) -> Method[P, T, Soon[T]]:
    """A method that answers when what it describes is done."""
    return Method(build)


def opening(build: Callable[P, Opening]) -> Method[P, Download, AsyncDownload]:
    """A method that answers a file as a stream."""
    return Method(build)


def following(build: Callable[P, Follower[T]]) -> Method[P, Stream[T], AsyncStream[T]]:
    """A method that answers things as they happen."""
    return Method(build)


def pages(build: Callable[P, Pages[T]]) -> Method[P, Iterator[T], AsyncIterator[T]]:
    """A method that answers the items of all pages."""
    return Method(build)


def act(
    build: Callable[P, Act],
) -> Method[Concatenate[str, P], ExecuteResult, Soon[ExecuteResult]]:
    """A method that does an action on the desktop whose id comes first."""

    @functools.wraps(build)
    def described(desktop_id: str, *args: P.args, **options: P.kwargs) -> Call[ExecuteResult]:
        return tools.perform(desktop_id, build(*args, **options))

    signature = inspect.signature(build)
    desktop_id = inspect.Parameter("desktop_id", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = [desktop_id, *signature.parameters.values()]
    described.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return Method(described)


def of_desktop(method: Method[Concatenate[str, P], B, A]) -> DesktopMethod[P, B, A]:
    """The same method of an object that knows which desktop it is about."""
    return DesktopMethod(method)


def _bound(build: Callable[..., Any], owner: Blocking | Awaiting, *first: str) -> Any:
    describe = functools.partial(build, *first)

    # Not its attributes: among them may be a signature that still has what is put first.
    @functools.wraps(build, updated=())
    def method(*args: Any, **options: Any) -> Any:
        plan = describe(*args, **options)
        if isinstance(owner, Blocking):
            return perform(owner._io, plan)
        return perform_async(owner._io, plan)

    # For `help` and `inspect.signature`: without what is put first.
    method.__wrapped__ = describe
    return method
