"""Files of a desktop."""

from __future__ import annotations

from ._model import Model


class File(Model):
    """An entry of a folder of the drive.

    `size` is in bytes, 0 for a folder; `modified` in Unix seconds with a fraction.
    """

    name: str
    size: int
    modified: float
    is_dir: bool = False


class FileList(Model):
    """The entries of a folder of the drive."""

    files: list[File]


class UploadFileResponse(Model):
    """What was stored: its size in bytes and its name."""

    success: bool
    size: int
    filename: str


class FolderFile(Model):
    """A regular file below a folder; `name` is its path from there."""

    name: str
    size: int
    modified: float


class Folder(Model):
    """The regular files of a folder that fit a pattern; `path` is absolute."""

    path: str
    files: list[FolderFile]
