"""Files of a desktop: those of its drive, and those elsewhere on it (`fs`)."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike

import httpx

from .._body import Data, body_of
from .._call import Call, Patience, nothing, part, path, query, reads, unless
from .._plans import Opening, Saving
from ..models import File, FileList, Folder, UploadFileResponse

_BYTES = "application/octet-stream"


def list_files(desktop_id: str, path: str | None = None) -> Call[list[File]]:
    """The entries of a folder of the drive; `path` is the folder below its root, the root unless
    given.
    """

    def read(response: httpx.Response) -> list[File]:
        return FileList.model_validate_json(response.content).files

    return Call("GET", _drive(desktop_id), read, query=query(path=path or None))


def upload_file(
    desktop_id: str,
    name: str,
    data: Data,
    content_type: str = _BYTES,
    *,
    path: str | None = None,
) -> Call[UploadFileResponse]:
    """Stores a file on the drive, in the folder `path`; folders on the way are made, up to 100 MiB.

    `data` is bytes, a `pathlib.Path`, a file opened with "rb", or an iterable of bytes, which is
    sent as it comes. A file of that name is replaced once the new one is complete.
    """
    return Call(
        "POST",
        _drive(desktop_id, name),
        reads(UploadFileResponse),
        query=query(path=path or None),
        body=body_of(data, content_type),
        patience=Patience.LONG,
    )


def download_file(
    desktop_id: str,
    name: str,
    path: str | None = None,
    *,
    first_byte: int | None = None,
    last_byte: int | None = None,
) -> Call[bytes]:
    """A file of the drive, all of it in memory; `save_file` and `open_file` do without that.

    `first_byte` and `last_byte` (both counted from 0 and included) ask for a part.
    """
    return _got(
        _drive(desktop_id, name), query(path=path or None), part(first_byte, last_byte), _content
    )


def open_file(
    desktop_id: str,
    name: str,
    path: str | None = None,
    *,
    first_byte: int | None = None,
    last_byte: int | None = None,
    unless_etag: str | None = None,
) -> Opening:
    """A file of the drive as a stream: `with client.open_file(…) as download`.

    With `unless_etag`, that of an earlier download, `not_modified` is true when it is the same
    still.
    """
    headers = {**part(first_byte, last_byte), **unless(unless_etag)}
    return Opening(_got(_drive(desktop_id, name), query(path=path or None), headers, _content))


def save_file(
    desktop_id: str, name: str, to: str | PathLike[str], *, path: str | None = None
) -> Saving:
    """Saves a file of the drive as `to`, which is replaced once the download is complete. Answers
    its bytes' number.
    """
    return Saving(_got(_drive(desktop_id, name), query(path=path or None), {}, _content), to)


def delete_file(desktop_id: str, name: str, path: str | None = None) -> Call[None]:
    """Deletes a file or an empty folder of the drive."""
    return Call("DELETE", _drive(desktop_id, name), nothing, query=query(path=path or None))


def list_folder(desktop_id: str, path: str, *, pattern: str | None = None) -> Call[Folder]:
    """The regular files of any folder of the desktop; `path` is absolute or begins with `~`.

    `pattern` is as in a shell, such as `*.pdf`; `**/` reaches into all folders below.
    """
    return Call("GET", _fs(desktop_id), reads(Folder), query=query(path=path, pattern=pattern))


def read_file(
    desktop_id: str,
    path: str,
    *,
    first_byte: int | None = None,
    last_byte: int | None = None,
) -> Call[bytes]:
    """Any file of the desktop, all of it in memory; parts as in `download_file`."""
    headers = part(first_byte, last_byte)
    return _got(_fs(desktop_id, "content"), query(path=path), headers, _content)


def open_desktop_file(
    desktop_id: str,
    path: str,
    *,
    first_byte: int | None = None,
    last_byte: int | None = None,
    unless_etag: str | None = None,
) -> Opening:
    """Any file of the desktop as a stream, as `open_file` does."""
    headers = {**part(first_byte, last_byte), **unless(unless_etag)}
    return Opening(_got(_fs(desktop_id, "content"), query(path=path), headers, _content))


def save_desktop_file(desktop_id: str, path: str, to: str | PathLike[str]) -> Saving:
    """Saves any file of the desktop as `to`, as `save_file` does."""
    return Saving(_got(_fs(desktop_id, "content"), query(path=path), {}, _content), to)


def write_file(desktop_id: str, path: str, data: Data, *, append: bool = False) -> Call[None]:
    """Writes any file of the desktop, up to 100 MiB at a time; `data` as in `upload_file`.

    It is replaced once all of `data` has arrived, or made longer by it with `append`.
    """
    return Call(
        "PUT",
        _fs(desktop_id, "content"),
        nothing,
        query=query(path=path, append=append or None),
        body=body_of(data, _BYTES),
        patience=Patience.LONG,
        # Twice sent, it would be there twice.
        repeatable=not append,
    )


def _drive(desktop_id: str, *name: str) -> str:
    return path("desktops", desktop_id, "files", *name)


def _fs(desktop_id: str, *content: str) -> str:
    return path("desktops", desktop_id, "fs", *content)


def _got(
    path: str,
    query: tuple[tuple[str, str], ...],
    headers: dict[str, str],
    read: Callable[[httpx.Response], bytes],
) -> Call[bytes]:
    return Call("GET", path, read, query=query, headers=headers, patience=Patience.LONG)


def _content(response: httpx.Response) -> bytes:
    return response.content
