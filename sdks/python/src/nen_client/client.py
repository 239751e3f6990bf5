"""The client for blocking code."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from ._blocking import BlockingIO
from ._method import Blocking
from ._settings import read
from ._surface import Surface
from .desktop import Desktops

if TYPE_CHECKING:
    from typing_extensions import Self


class Nen(Surface, Blocking):
    """A Nen server, with a key. Any thread may use it; close it, or use it in `with`.

    - `api_key`: `sk_nen_…`, else the environment's `NEN_API_KEY`.
    - `base_url`: else `NEN_API_URL`, else `http://127.0.0.1:8700`.
    - `timeout`: seconds that an answer may take, `long_timeout` those of actions, uploads and
      downloads.
    - `max_retries`: how often what may safely be repeated is tried again when the server is busy or
      away.
    - `signing_secret`: signs `start_run` with `secure_params`, else `NEN_SIGNING_SECRET`.
    - `http_client`: an `httpx.Client` of yours, for proxies and certificates; it is left open.

    Raises `ConfigurationError` when one of these cannot be used.
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
        http_client: httpx.Client | None = None,
    ) -> None:
        settings = read(api_key, base_url, signing_secret, timeout, long_timeout, max_retries)
        self._owns_http = http_client is None
        self._io = BlockingIO(settings, http_client or httpx.Client())

    @property
    def desktops(self) -> Desktops:
        """Desktops as objects."""
        return Desktops(self._io)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        long_timeout: float | None = None,
        max_retries: int | None = None,
    ) -> Nen:
        """The same client with other limits: `client.with_options(max_retries=0).get_health()`.
        Shares its connections.
        """
        other = object.__new__(Nen)
        other._owns_http = False
        settings = self._io.settings.limited(timeout, long_timeout, max_retries)
        other._io = BlockingIO(settings, self._io.http)
        return other

    def close(self) -> None:
        """Closes the connections."""
        if self._owns_http:
            self._io.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Nen(base_url={self._io.settings.base_url!r})"


# The name in the official client.
NenDesktop = Nen
