"""A desktop as an object, for blocking code."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from ._blocking import BlockingIO
from ._desktop_surface import (
    AgentSurface,
    DesktopSurface,
    FilesSurface,
    FileSystemSurface,
    SessionSurface,
)
from ._method import Blocking, BlockingDesktop
from .calls import desktops
from .errors import NenDesktopError, NotFoundError
from .models import DeleteResponse, DesktopInfo
from .options import CreateOptions

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

_log = logging.getLogger("nen_client")


class DesktopFiles(FilesSurface, BlockingDesktop):
    """The drive of a desktop: list, upload, download, open, save, delete."""


class DesktopFileSystem(FileSystemSurface, BlockingDesktop):
    """All files of a desktop: list, read, open, save, write."""


class DesktopSession(SessionSurface, BlockingDesktop):
    """The live view of a desktop: open, get, end."""


class DesktopAgent(AgentSurface, BlockingDesktop):
    """The vision agent on a desktop: execute, verify, extract."""


class Desktop(DesktopSurface, BlockingDesktop):
    """A desktop. In `with` it is deleted at the end of the block, also when that fails.

    `info` is what the server last said of it.
    """

    def __init__(self, io: BlockingIO, info: DesktopInfo) -> None:
        super().__init__(io, info.desktop_id)
        self.info = info
        self.files = DesktopFiles(io, info.desktop_id)
        self.fs = DesktopFileSystem(io, info.desktop_id)
        self.session = DesktopSession(io, info.desktop_id)
        self.agent = DesktopAgent(io, info.desktop_id)

    def refresh(self) -> DesktopInfo:
        """Asks the server how it is."""
        self.info = self._io.send(desktops.get_desktop(self.desktop_id))
        return self.info

    def rename(self, name: str) -> DesktopInfo:
        """Gives it another name, 1 to 128 characters."""
        self.info = self._io.send(desktops.update_desktop(self.desktop_id, name=name))
        return self.info

    def pause(self) -> DesktopInfo:
        """Stops its programs where they are; the next action lets them go on."""
        self.info = self._io.send(desktops.pause_desktop(self.desktop_id))
        return self.info

    def resume(self) -> DesktopInfo:
        """Lets it go on; in `error` it is started again with its home and drive."""
        self.info = self._io.send(desktops.resume_desktop(self.desktop_id))
        return self.info

    def delete(self) -> DeleteResponse:
        """Ends its programs, deletes its drive and disconnects its viewers."""
        return self._io.send(desktops.delete_desktop(self.desktop_id))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.delete()
        except NotFoundError:
            # It was deleted in the block, or its time was over.
            pass
        except NenDesktopError:
            # What went wrong in the block is what its caller has to know.
            if error is None:
                raise
            _log.warning("Could not delete a desktop", extra={"desktop": self.desktop_id})

    def __repr__(self) -> str:
        return f"Desktop({self.desktop_id!r}, status={self.info.status!r})"


class Desktops(Blocking):
    """Desktops as objects: `client.desktops`."""

    def __init__(self, io: BlockingIO) -> None:
        self._io = io

    def create(
        self, *, idempotency_key: str | None = None, **options: Unpack[CreateOptions]
    ) -> Desktop:
        """Makes a desktop: `with client.desktops.create(…) as desktop`. As `create_desktop`."""
        call = desktops.create_desktop(idempotency_key=idempotency_key, **options)
        return Desktop(self._io, self._io.send(call))

    def get(self, desktop_id: str) -> Desktop:
        """A desktop that is there."""
        return Desktop(self._io, self._io.send(desktops.get_desktop(desktop_id)))

    def list(
        self, metadata: Mapping[str, str] | None = None, *, deleted: bool | None = None
    ) -> list[Desktop]:
        """Every desktop that is not deleted, oldest first; as `list_desktops`."""
        infos = self._io.send(desktops.list_desktops(metadata, deleted=deleted))
        return [Desktop(self._io, info) for info in infos]
