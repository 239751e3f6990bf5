"""Streams for asyncio: downloads, events, logs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx

from . import _failure
from ._awaiting import AwaitingIO
from ._call import Call
from ._download import DownloadFacts, Replacement
from ._follow import Follower
from ._plans import Opening, Pages, Saving, Waiting
from .errors import NotFoundError

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")


class AsyncDownload(DownloadFacts):
    """A file as a stream, for `async with`: read it, iterate over its pieces, or save it."""

    def __init__(self, io: AwaitingIO, call: Call[Any]) -> None:
        super().__init__(None)
        self._io = io
        self._call = call

    async def __aenter__(self) -> Self:
        self._opened = await self._io.open(self._call)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._response.aclose()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self.not_modified:
            return
        try:
            async for piece in self._response.aiter_raw():
                yield piece
        except httpx.RequestError as error:
            raise _failure.of_transport(self._call, self._io.settings, error) from error

    async def read(self) -> bytes:
        """All bytes."""
        return b"".join([piece async for piece in self])

    async def save(self, to: str | PathLike[str]) -> int:
        """Saves it as a file, which is replaced once everything is there. Answers the number of
        bytes.
        """
        with Replacement(to) as file:
            async for piece in self:
                await asyncio.to_thread(file.write, piece)
            return file.tell()


class AsyncStream(Generic[T]):
    """Things as they happen, over lost connections, too; to be used in `async with`, or iterated
    over at once.

    It is connected when its block is entered: nothing that happens from then on is missed.
    """

    def __init__(self, io: AwaitingIO, follower: Follower[T]) -> None:
        self._io = io
        self._follower = follower
        self._response: httpx.Response | None = None
        self._items: AsyncGenerator[T, None] | None = None

    async def __aenter__(self) -> Self:
        self._response = await self._connected(self._follower.call())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        if self._items is None:
            self._items = self._follow()
        return await anext(self._items)

    async def aclose(self) -> None:
        """Ends it."""
        if self._items is not None:
            await self._items.aclose()
        if self._response is not None:
            await self._response.aclose()

    async def _connected(self, call: Call[httpx.Response]) -> httpx.Response:
        response = await self._io.open(call)
        try:
            self._follower.connected(response, self._io.settings)
        except BaseException:
            await response.aclose()
            raise
        return response

    async def _follow(self) -> AsyncGenerator[T, None]:
        follower = self._follower
        response = self._response or await self._connected(follower.call())
        while True:
            self._response, broken = response, None
            try:
                for item in follower.begun():
                    yield item
                async for data in response.aiter_raw():
                    for item in follower.feed(data):
                        yield item
                    if follower.ended:
                        return
            except httpx.RequestError as error:
                broken = error
            else:
                for item in follower.finished():
                    yield item
            finally:
                await response.aclose()
            try:
                check = follower.check_again(broken)
                if check is not None:
                    last = await self._io.send(check)
                    if last is not None:
                        for item in last:
                            yield item
                        return
                for item in follower.lost(broken, self._io.settings):
                    yield item
                seconds = follower.pause(broken, self._io.settings)
                if seconds:
                    await self._io.pause(seconds)
                response = await self._connected(follower.call_again())
            except NotFoundError as gone:
                if follower.is_end(gone):
                    return
                raise


def perform(io: AwaitingIO, plan: Any) -> Any:
    """Carries out whatever a method describes; what takes a single answer is to be awaited."""
    if isinstance(plan, Call):
        return io.send(plan)
    if isinstance(plan, Follower):
        return AsyncStream(io, plan)
    if isinstance(plan, Opening):
        return AsyncDownload(io, plan.call)
    if isinstance(plan, Saving):
        return _saved(io, plan)
    if isinstance(plan, Waiting):
        return _first(io, plan)
    return _items(io, plan)


async def _saved(io: AwaitingIO, saving: Saving) -> int:
    async with AsyncDownload(io, saving.call) as download:
        return await download.save(saving.to)


async def _first(io: AwaitingIO, waiting: Waiting[T]) -> T:
    async with AsyncStream(io, waiting.follower) as stream:
        return await anext(stream)


async def _items(io: AwaitingIO, pages: Pages[T]) -> AsyncIterator[T]:
    call: Call[Any] | None = pages.first
    while call is not None:
        page = await io.send(call)
        for item in pages.items(page):
            yield item
        call = pages.following(page)
