"""Files on the desktop."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from . import _arguments, _transport
from .errors import RPCError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Most bytes of one read, as the protocol has it.
_MOST = 4 * 1024 * 1024


class Drive:
    """A folder of the desktop. In an f-string it is its path, as it was given."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        _arguments.text("path", path)
        if not (path.startswith(("/", "~/")) or path == "~"):
            raise ValueError(f"path must begin with / or ~/, which {path!r} does not")
        if "\0" in path:
            raise ValueError("path holds a NUL character")
        self._path = path

    @property
    def path(self) -> str:
        """The path as it was given; `~` is the home of the desktop's user."""
        return self._path

    def __str__(self) -> str:
        return self._path

    def __repr__(self) -> str:
        return f"Drive({self._path!r})"

    def files(self, pattern: str = "*") -> list[File]:
        """The files whose names fit a glob such as `*.pdf`; with `**` also those in folders below."""
        args = {"path": self._path, "pattern": _arguments.text("pattern", pattern)}
        listing = _transport.current().call("drive.list", args)
        try:
            folder = listing["path"].rstrip("/")
            return [
                File(
                    name=file["name"],
                    size=int(file["size"]),
                    path=f"{folder}/{file['name']}",
                    modified=float(file["modified"]),
                )
                for file in listing["files"]
            ]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise RPCError(
                "drive.list was answered with something that is not a list of files"
            ) from None

    def write(self, name: str, data: bytes | bytearray | memoryview | str) -> None:
        """Makes or replaces a file in this folder; a str is written as UTF-8."""
        _arguments.text("name", name)
        if name in (".", "..") or any(character in name for character in "/\\\0"):
            raise ValueError(f"name must be that of a file in {self._path}, not {name!r}")
        if isinstance(data, str):
            data = _arguments.text("data", data, empty=True).encode()
        elif not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"data must be bytes or a str, not {_arguments.kind(data)}")
        _transport.current().write_file(self._path, name, bytes(data))


class File:
    """A file on the desktop, as it was when its folder was listed.

    `name` as the listing has it, `size` in bytes, `path` absolute, `modified` in Unix seconds.
    """

    __slots__ = ("modified", "name", "path", "size")

    def __init__(self, name: str, size: int, path: str, modified: float) -> None:
        self.name = name
        self.size = size
        self.path = path
        self.modified = modified

    def __repr__(self) -> str:
        return f"File({self.path!r}, {self.size} bytes)"

    def read_bytes(self) -> bytes:
        """All of it."""
        return b"".join(self.iter_bytes(_MOST))

    def read_text(self, encoding: str = "utf-8") -> str:
        """All of it, as text."""
        return self.read_bytes().decode(encoding)

    def iter_bytes(self, chunk_size: int = 1024 * 1024) -> Iterator[bytes]:
        """Its content in pieces of at most `chunk_size` bytes, so that it need not fit into memory."""
        # Checked at the call, not when the first piece is asked for.
        return self._pieces(min(_arguments.whole("chunk_size", chunk_size, least=1), _MOST))

    def _pieces(self, chunk_size: int) -> Iterator[bytes]:
        transport = _transport.current()
        offset, end = 0, False
        while not end:
            data, end = transport.read_file(self.path, offset, chunk_size)
            if data:
                yield data
            elif not end:
                raise RPCError(f"reading {self.path} stopped at byte {offset} without an end")
            offset += len(data)

    def open(self) -> BinaryIO:
        """Opens it for reading, as `open(path, "rb")` does; seeking works, so `zipfile` and the like do."""
        return cast(BinaryIO, io.BufferedReader(_Reader(self), buffer_size=1024 * 1024))

    def save(self, path: str | os.PathLike[str]) -> str:
        """Copies it to a path on this side, or into a folder there, and gives the path of the copy.

        The copy appears when it is complete.
        """
        target = os.fspath(path)
        if os.path.isdir(target):
            target = os.path.join(target, os.path.basename(self.name))
        unfinished = f"{target}.part"
        try:
            with open(unfinished, "wb") as copy:
                copy.writelines(self.iter_bytes(_MOST))
            os.replace(unfinished, target)
        except BaseException:
            if os.path.exists(unfinished):
                os.unlink(unfinished)
            raise
        return target


class _Reader(io.RawIOBase):
    """The unbuffered side of `File.open`."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._offset

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: self._file.size}
        if whence not in start:
            raise ValueError(f"whence must be 0, 1 or 2, not {whence}")
        if start[whence] + offset < 0:
            raise ValueError(f"cannot seek to {start[whence] + offset}, before the beginning")
        self._offset = start[whence] + offset
        return self._offset

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        if not room:
            return 0
        data, _ = _transport.current().read_file(
            self._file.path, self._offset, min(len(room), _MOST)
        )
        room[: len(data)] = data
        self._offset += len(data)
        return len(data)
