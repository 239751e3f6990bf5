"""A desktop as an object, for asyncio."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from ._awaiting import AwaitingIO
from ._desktop_surface import (
    AgentSurface,
    DesktopSurface,
    FilesSurface,
    FileSystemSurface,
    SessionSurface,
)
from ._method import Awaiting, AwaitingDesktop
from .calls import desktops
from .errors import NenDesktopError, NotFoundError
from .models import DeleteResponse, DesktopInfo
from .options import CreateOptions

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

_log = logging.getLogger("nen_client")


class AsyncDesktopFiles(FilesSurface, AwaitingDesktop):
    """The drive of a desktop: list, upload, download, open, save, delete."""


class AsyncDesktopFileSystem(FileSystemSurface, AwaitingDesktop):
    """All files of a desktop: list, read, open, save, write."""


class AsyncDesktopSession(SessionSurface, AwaitingDesktop):
    """The live view of a desktop: open, get, end."""


class AsyncDesktopAgent(AgentSurface, AwaitingDesktop):
    """The vision agent on a desktop: execute, verify, extract."""


class AsyncDesktop(DesktopSurface, AwaitingDesktop):
    """A desktop. In `async with` it is deleted at the end of the block, also when that fails.

    `info` is what the server last said of it.
    """

    def __init__(self, io: AwaitingIO, info: DesktopInfo) -> None:
        super().__init__(io, info.desktop_id)
        self.info = info
        self.files = AsyncDesktopFiles(io, info.desktop_id)
        self.fs = AsyncDesktopFileSystem(io, info.desktop_id)
        self.session = AsyncDesktopSession(io, info.desktop_id)
        self.agent = AsyncDesktopAgent(io, info.desktop_id)

    async def refresh(self) -> DesktopInfo:
        """Asks the server how it is."""
        self.info = await self._io.send(desktops.get_desktop(self.desktop_id))
        return self.info

    async def rename(self, name: str) -> DesktopInfo:
        """Gives it another name, 1 to 128 characters."""
        self.info = await self._io.send(desktops.update_desktop(self.desktop_id, name=name))
        return self.info

    async def pause(self) -> DesktopInfo:
        """Stops its programs where they are; the next action lets them go on."""
        self.info = await self._io.send(desktops.pause_desktop(self.desktop_id))
        return self.info

    async def resume(self) -> DesktopInfo:
        """Lets it go on; in `error` it is started again with its home and drive."""
        self.info = await self._io.send(desktops.resume_desktop(self.desktop_id))
        return self.info

    async def delete(self) -> DeleteResponse:
        """Ends its programs, deletes its drive and disconnects its viewers."""
        return await self._io.send(desktops.delete_desktop(self.desktop_id))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self.delete()
        except NotFoundError:
            # It was deleted in the block, or its time was over.
            pass
        except NenDesktopError:
            # What went wrong in the block is what its caller has to know.
            if error is None:
                raise
            _log.warning("Could not delete a desktop", extra={"desktop": self.desktop_id})

    def __repr__(self) -> str:
        return f"AsyncDesktop({self.desktop_id!r}, status={self.info.status!r})"


class AsyncDesktops(Awaiting):
    """Desktops as objects: `client.desktops`."""

    def __init__(self, io: AwaitingIO) -> None:
        self._io = io

    async def create(
        self, *, idempotency_key: str | None = None, **options: Unpack[CreateOptions]
    ) -> AsyncDesktop:
        """Makes a desktop: `async with await client.desktops.create(…) as desktop`. As
        `create_desktop`.
        """
        call = desktops.create_desktop(idempotency_key=idempotency_key, **options)
        return AsyncDesktop(self._io, await self._io.send(call))

    async def get(self, desktop_id: str) -> AsyncDesktop:
        """A desktop that is there."""
        return AsyncDesktop(self._io, await self._io.send(desktops.get_desktop(desktop_id)))

    async def list(
        self, metadata: Mapping[str, str] | None = None, *, deleted: bool | None = None
    ) -> list[AsyncDesktop]:
        """Every desktop that is not deleted, oldest first; as `list_desktops`."""
        infos = await self._io.send(desktops.list_desktops(metadata, deleted=deleted))
        return [AsyncDesktop(self._io, info) for info in infos]
