"""What a download says of itself, and files that appear whole or not at all."""

from __future__ import annotations

import uuid
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import IO

import httpx


class DownloadFacts:
    """The head of a download."""

    def __init__(self, opened: httpx.Response | None) -> None:
        self._opened = opened

    @property
    def _response(self) -> httpx.Response:
        if self._opened is None:
            raise RuntimeError("the download is not open yet: use it in `async with`")
        return self._opened

    @property
    def size(self) -> int | None:
        """Bytes of the file or of the part asked for; None when the server did not say."""
        length = self._response.headers.get("content-length")
        return None if length is None else int(length)

    @property
    def etag(self) -> str | None:
        """Names this content of the file, to ask whether it has changed."""
        etag: str | None = self._response.headers.get("etag")
        return etag

    @property
    def content_type(self) -> str | None:
        """Its media type."""
        kind: str | None = self._response.headers.get("content-type")
        return kind

    @property
    def is_partial(self) -> bool:
        """Whether it is a part of the file, as asked for."""
        return self._response.status_code == 206

    @property
    def not_modified(self) -> bool:
        """Whether the file is the one whose `etag` was given; then there are no bytes."""
        return self._response.status_code == 304


class Replacement:
    """A file beside `to` that takes its place at the end, unless something went wrong."""

    def __init__(self, to: str | PathLike[str]) -> None:
        self._to = Path(to)
        self._part = self._to.with_name(f".{self._to.name[:64]}.{uuid.uuid4().hex[:8]}.part")

    def __enter__(self) -> IO[bytes]:
        self._file = self._part.open("xb")
        return self._file

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._to)
        else:
            self._part.unlink()
