"""The HTTP request of a call."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from ._call import Call, Patience
from ._failure import seconds_for
from ._link import TAKEN_ALONG, marks
from ._settings import Settings
from ._version import __version__
from .errors import ConfigurationError

_AGENT = f"nen-client-python/{__version__}"
_CONNECT_SECONDS = 10.0


def request(
    http: httpx.Client | httpx.AsyncClient,
    call: Call[Any],
    settings: Settings,
    content: Iterator[bytes] | AsyncIterator[bytes] | None,
) -> httpx.Request:
    """The request that carries out a call. The call's own headers win."""
    headers = _headers(call, settings)
    headers.update(call.headers)
    return http.build_request(
        call.method,
        _url(call, settings),
        headers=headers,
        content=content,
        timeout=_timeout(call, settings),
    )


def link_request(link: httpx.URL, call: Call[Any], settings: Settings) -> httpx.Request:
    """The request that carries out a call at an object store. Not built by the program's client,
    which would add its cookies and headers.
    """
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    headers.update((name, call.headers[name]) for name in TAKEN_ALONG if name in call.headers)
    return httpx.Request(
        call.method,
        link,
        headers=headers,
        extensions={"timeout": _timeout(call, settings).as_dict(), **marks(link)},
    )


def _timeout(call: Call[Any], settings: Settings) -> httpx.Timeout:
    seconds = seconds_for(call, settings)
    return httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))


def _url(call: Call[Any], settings: Settings) -> httpx.URL:
    asked = f"?{urlencode(call.query, quote_via=quote, safe='')}" if call.query else ""
    base = httpx.URL(settings.base_url)
    # As it stands, so that an encoded slash stays one.
    raw = base.raw_path.rstrip(b"/") + f"{call.path}{asked}".encode()
    return base.copy_with(raw_path=raw)


def _headers(call: Call[Any], settings: Settings) -> httpx.Headers:
    headers = httpx.Headers({"User-Agent": _AGENT})
    if call.with_key:
        headers["Authorization"] = f"Bearer {settings.api_key}"
    if call.patience in (Patience.STREAM, Patience.LONG) and call.method == "GET":
        # Compressed, a stream would come in lumps and a part of a file could not be asked for.
        headers["Accept-Encoding"] = "identity"
    if call.body is not None:
        headers["Content-Type"] = call.body.content_type
        if call.body.length is not None:
            headers["Content-Length"] = str(call.body.length)
    if call.signed:
        headers["X-Hmac-Signature"] = _signature(call, settings)
    return headers


def _signature(call: Call[Any], settings: Settings) -> str:
    if settings.signing_secret is None:
        raise ConfigurationError(
            "secure_params have to be signed: give the client signing_secret=… or set"
            " NEN_SIGNING_SECRET (rotate_signing_secret makes one)"
        )
    assert call.body is not None
    assert isinstance(call.body.source, bytes)
    key = settings.signing_secret.encode()
    return "sha256=" + hmac.new(key, call.body.source, hashlib.sha256).hexdigest()
