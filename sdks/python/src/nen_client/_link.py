"""Links to an object store, with which a server may answer for files that it has there.

A store gets nothing by which the server knows the client: no key, no cookies, no headers of the
program's own. The link's query is what opens it, so no message shows it.
"""

from __future__ import annotations

from typing import Any

import httpx

from ._call import Call

# The server's to its store, and one of the store's own, with which some answer for a bucket that is
# elsewhere.
MOST_LINKS = 2

# Which part is wanted, and what is known of the file. Other headers are between server and client.
TAKEN_ALONG = ("Range", "If-Range", "If-None-Match")

# Stays with the request, for those who have its answer or its error and nothing else.
_STORE = "nen_client.store"


def link_of(call: Call[Any], response: httpx.Response) -> httpx.URL | None:
    """The link that an answer is; None when it is something else, or may not be one."""
    if not call.may_lead or response.status_code != 307:
        return None
    try:
        link = httpx.URL(response.headers.get("location", ""))
    except httpx.InvalidURL:
        return None
    if link.scheme not in ("http", "https") or not link.host or link.userinfo:
        return None
    return link


def marks(link: httpx.URL) -> dict[str, Any]:
    """Marks a request as one of an object store."""
    return {_STORE: f"{link.scheme}://{link.netloc.decode('ascii')}"}


def store_of(asked: httpx.Request) -> str | None:
    """The origin of the object store that was asked; None when it was the server."""
    store: str | None = asked.extensions.get(_STORE)
    return store
