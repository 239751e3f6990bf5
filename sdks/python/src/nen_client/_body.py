"""What is sent along with a call: bytes, a file, or a stream, in pieces and without holding it in
memory.
"""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

_PIECE = 256 * 1024


@runtime_checkable
class Readable(Protocol):
    """What is open for reading bytes: a file, a socket's file, a response of another library."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        ...


# What can be uploaded. A path is opened and closed again; a file object is read from where it
# stands and left open.
Data: TypeAlias = (
    "bytes | bytearray | memoryview | os.PathLike[str]"
    " | Readable | Iterable[bytes] | AsyncIterable[bytes]"
)


@dataclass(frozen=True)
class Body:
    """Bytes to send."""

    source: bytes | Path | Readable | Iterable[bytes] | AsyncIterable[bytes] = field(repr=False)
    content_type: str
    # Bytes; None when only the end of the source tells.
    length: int | None
    # Where a file object stood, when it can be read from there again.
    start: int | None = None

    @property
    def replayable(self) -> bool:
        """Whether it can be sent a second time."""
        return isinstance(self.source, (bytes, Path)) or self.start is not None

    def pieces(self) -> Iterator[bytes]:
        """The bytes from the beginning."""
        source = self.source
        if isinstance(source, bytes):
            yield source
        elif isinstance(source, Path):
            with source.open("rb") as file:
                yield from _read(file)
        elif isinstance(source, AsyncIterable):
            raise TypeError("an asynchronous stream can only be uploaded by AsyncNen")
        elif isinstance(source, Readable):
            self._rewind(source)
            yield from _read(source)
        else:
            yield from source

    async def pieces_async(self) -> AsyncIterator[bytes]:
        """The bytes from the beginning, without holding up the event loop."""
        if isinstance(self.source, AsyncIterable):
            async for piece in self.source:
                yield piece
            return
        if isinstance(self.source, bytes):
            yield self.source
            return
        pieces = self.pieces()
        while piece := await asyncio.to_thread(_next, pieces):
            yield piece

    def _rewind(self, source: Readable) -> None:
        if self.start is not None:
            source.seek(self.start)  # type: ignore[attr-defined]  # start is only known of what can


def bytes_body(data: bytes, content_type: str) -> Body:
    """A body that is in memory."""
    return Body(data, content_type, len(data))


def body_of(data: Data, content_type: str) -> Body:
    """The body for what a caller wants uploaded."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes_body(bytes(data), content_type)
    # Text is an iterable of texts: said of it what is right, rather than that it is wrong inside.
    if isinstance(data, str):
        raise TypeError("data is text: encode it, or give a pathlib.Path for a file")
    if isinstance(data, os.PathLike):
        file = Path(data)
        return Body(file, content_type, file.stat().st_size)
    if isinstance(data, io.TextIOBase):
        raise TypeError("the file gives text: open it with 'rb'")
    if isinstance(data, Readable):
        start, length = _place(data)
        return Body(data, content_type, length, start)
    if isinstance(data, (AsyncIterable, Iterable)):
        source: Iterable[bytes] | AsyncIterable[bytes] = data  # type: ignore[assignment]
        return Body(source, content_type, None)
    raise TypeError(
        f"data is a {type(data).__name__}:"
        " give bytes, a path, a file opened with 'rb' or an iterable of bytes"
    )


def _next(pieces: Iterator[bytes]) -> bytes:
    """The next piece, empty at the end: a thread cannot raise `StopIteration`."""
    return next((piece for piece in pieces if piece), b"")


def _place(file: Readable) -> tuple[int | None, int | None]:
    """Where a file object stands and how many bytes follow, when it knows."""
    try:
        start: int = file.tell()  # type: ignore[attr-defined]
        length = file.seek(0, os.SEEK_END) - start  # type: ignore[attr-defined]
        file.seek(start)  # type: ignore[attr-defined]
    except (AttributeError, OSError, ValueError):
        # A pipe, a socket or an object that can only be read.
        return None, None
    return start, length


def _read(file: Readable) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        if not isinstance(piece, bytes):
            raise TypeError("the file gives text: open it with 'rb'")
        yield piece
