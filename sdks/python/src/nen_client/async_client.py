"""The client for asyncio."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from ._awaiting import AwaitingIO
from ._method import Awaiting
from ._settings import read
from ._surface import Surface
from .async_desktop import AsyncDesktops

if TYPE_CHECKING:
    from typing_extensions import Self


class AsyncNen(Surface, Awaiting):
    """As `Nen`, with the same parameters, for asyncio: calls are awaited, streams are `async`.

    `http_client` is an `httpx.AsyncClient`. Close it, or use it in `async with`.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: float = 30.0,
        *,
        long_timeout: float = 120.0,
        max_retries: int = 2,
        signing_secret: str | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        settings = read(api_key, base_url, signing_secret, timeout, long_timeout, max_retries)
        self._owns_http = http_client is None
        self._io = AwaitingIO(settings, http_client or httpx.AsyncClient())

    @property
    def desktops(self) -> AsyncDesktops:
        """Desktops as objects."""
        return AsyncDesktops(self._io)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        long_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> AsyncNen:
        """The same client with other limits. Shares its connections."""
        other = object.__new__(AsyncNen)
        other._owns_http = False
        settings = self._io.settings.limited(timeout, long_timeout, max_retries)
        other._io = AwaitingIO(settings, self._io.http)
        return other

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._owns_http:
            await self._io.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncNen(base_url={self._io.settings.base_url!r})"
