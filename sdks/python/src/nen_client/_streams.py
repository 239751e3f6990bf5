"""Streams for blocking code: downloads, events, logs."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx

from . import _failure
from ._blocking import BlockingIO
from ._call import Call
from ._download import DownloadFacts, Replacement
from ._follow import Follower
from ._plans import Opening, Pages, Saving, Waiting
from .errors import NotFoundError

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")


class Download(DownloadFacts):
    """A file as a stream: read it, iterate over its pieces, or save it. Close it, or use it in
    `with`.
    """

    def __init__(self, io: BlockingIO, call: Call[Any]) -> None:
        super().__init__(io.open(call))
        self._io = io
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        if self.not_modified:
            return
        try:
            yield from self._response.iter_raw()
        except httpx.RequestError as error:
            raise _failure.of_transport(self._call, self._io.settings, error) from error
        finally:
            self.close()

    def read(self) -> bytes:
        """All bytes."""
        return b"".join(self)

    def save(self, to: str | PathLike[str]) -> int:
        """Saves it as a file, which is replaced once everything is there. Answers the number of
        bytes.
        """
        with Replacement(to) as file:
            for piece in self:
                file.write(piece)
            return file.tell()

    def close(self) -> None:
        """Gives the connection back; what was not read is lost."""
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Stream(Generic[T]):
    """Things as they happen, over lost connections, too. Close it, or use it in `with`.

    It is connected when it is made: nothing that happens from then on is missed.
    """

    def __init__(self, io: BlockingIO, follower: Follower[T]) -> None:
        self._io = io
        self._follower = follower
        self._response = self._connected(follower.call())
        self._items = self._follow()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        return next(self._items)

    def close(self) -> None:
        """Ends it."""
        self._items.close()
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _connected(self, call: Call[httpx.Response]) -> httpx.Response:
        response = self._io.open(call)
        try:
            self._follower.connected(response, self._io.settings)
        except BaseException:
            response.close()
            raise
        return response

    def _follow(self) -> Generator[T, None, None]:
        follower = self._follower
        while True:
            broken = None
            try:
                yield from follower.begun()
                for data in self._response.iter_raw():
                    yield from follower.feed(data)
                    if follower.ended:
                        return
            except httpx.RequestError as error:
                broken = error
            else:
                yield from follower.finished()
            finally:
                self._response.close()
            try:
                check = follower.check_again(broken)
                if check is not None:
                    last = self._io.send(check)
                    if last is not None:
                        yield from last
                        return
                yield from follower.lost(broken, self._io.settings)
                seconds = follower.pause(broken, self._io.settings)
                if seconds:
                    self._io.pause(seconds)
                self._response = self._connected(follower.call_again())
            except NotFoundError as gone:
                if follower.is_end(gone):
                    return
                raise


def perform(io: BlockingIO, plan: Any) -> Any:
    """Carries out whatever a method describes."""
    if isinstance(plan, Call):
        return io.send(plan)
    if isinstance(plan, Follower):
        return Stream(io, plan)
    if isinstance(plan, Opening):
        return Download(io, plan.call)
    if isinstance(plan, Saving):
        with Download(io, plan.call) as download:
            return download.save(plan.to)
    if isinstance(plan, Waiting):
        with Stream(io, plan.follower) as stream:
            return next(stream)
    return _items(io, plan)


def _items(io: BlockingIO, pages: Pages[T]) -> Iterator[T]:
    call: Call[Any] | None = pages.first
    while call is not None:
        page = io.send(call)
        yield from pages.items(page)
        call = pages.following(page)
