"""What went wrong with a call, in one sentence that says what would be right."""

from __future__ import annotations

import email.utils
import json
import re
import time
from typing import Any

import httpx
from pydantic import ValidationError

from ._call import AGENT_SECONDS, Call, OutdatedAnswerError, Patience
from ._link import store_of
from ._settings import DEFAULT_URL, Settings
from .errors import (
    AuthenticationError,
    NenConnectionError,
    NenDesktopError,
    NenTimeoutError,
    UnexpectedAnswerError,
    UnknownRouteError,
    class_of,
)
from .image import NotAnImageError

# Characters of a server's text that go into an error's message; all of it is in `response_body`.
_LONGEST_TEXT = 2000

# Where the stores of all makers say in a word what was wrong.
_STORE_CODE = re.compile(r"<Code>(\w+)</Code>")


def of_answer(
    call: Call[Any], settings: Settings, response: httpx.Response
) -> NenDesktopError | None:
    """The error that an answer is, or None when it is none. The body of an error has been read."""
    status = response.status_code
    if response.is_success or (status == 304 and call.is_conditional()):
        return None
    asked = f"{call.method} {call.path}"
    store = store_of(response.request)
    if store is not None:
        return _refused_by_store(store, asked, response)
    if status < 400:
        # Its query may hold a signature.
        place = response.headers.get("location", "elsewhere").partition("?")[0]
        text = f"{settings.base_url} leads to {place}: give the address it leads to as base_url"
        return _error(UnexpectedAnswerError, text, response)
    told = _told(response)
    if told is None:
        return _foreign(settings, response, asked)
    code, text = told
    kind = class_of(status)
    if status == 401 and kind is AuthenticationError and code in (None, "unauthorized"):
        text += f": check the key in {settings.key_source}"
    elif status == 405 or (status == 404 and _names_path(text, response)):
        kind = UnknownRouteError
        text = _no_route(settings, asked)
    return _error(kind, f"{text[:_LONGEST_TEXT]} ({asked} answered {status})", response, code)


def of_transport(call: Call[Any], settings: Settings, error: httpx.RequestError) -> NenDesktopError:
    """The error for an answer that did not come."""
    store = store_of(error.request)
    asked = f"{call.method} {call.path}"
    where = settings.base_url if store is None else f"the object store at {store}"
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)):
        if store is not None:
            return NenConnectionError(
                f"{where}, where the server has its files, cannot be reached"
                f" ({error}): it has to be from here, too"
            )
        return NenConnectionError(
            f"no Nen server can be reached at {where} ({error}): start one there,"
            " or give the address of one as base_url or NEN_API_URL"
        )
    if isinstance(error, httpx.PoolTimeout):
        return NenTimeoutError(
            f"all connections to {where} are in use: close streams that are done"
        )
    if isinstance(error, httpx.LocalProtocolError):
        return NenConnectionError(f"{asked} cannot be sent as it is: {error}")
    # What only looks has done nothing.
    unsure = "" if call.method == "GET" else "; it may have been done all the same, look first"
    if isinstance(error, httpx.TimeoutException):
        seconds = seconds_for(call, settings)
        whose = "" if store is None else f" from the object store at {store}"
        return NenTimeoutError(
            f"no answer to {asked}{whose} within {seconds:g} s: give the client more time by"
            f" timeout or long_timeout{unsure}"
        )
    return NenConnectionError(
        f"the connection to {where} broke during {asked} ({error or type(error).__name__}):"
        f" ask again{unsure}"
    )


def of_content(call: Call[Any], settings: Settings, response: httpx.Response) -> NenDesktopError:
    """The error for an answer of success that is not what the call is answered with."""
    return _foreign(settings, response, f"{call.method} {call.path}")


def read(call: Call[Any], settings: Settings, response: httpx.Response) -> Any:
    """What a call's answer says."""
    try:
        return call.read(response)
    except ValidationError as error:
        if not _is_json(response):
            raise of_content(call, settings, response) from None
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "all of it"
        text = (
            f"the answer to {call.method} {call.path} is not what this client understands"
            f" ({place}: {first['msg']}): use a client of the server's version"
        )
        # Without the cause: it repeats the answer, which may hold a secret.
        raise _error(UnexpectedAnswerError, text, response) from None
    except OutdatedAnswerError:
        raise _error(UnknownRouteError, _too_old(settings, "this call"), response) from None
    except NotAnImageError:
        raise of_content(call, settings, response) from None


def seconds_for(call: Call[Any], settings: Settings) -> float:
    """How long the answer to a call may take, or a stream be silent."""
    if call.patience is Patience.AGENT:
        return max(AGENT_SECONDS, settings.long_timeout)
    seconds: float = getattr(settings, call.patience.value)
    return min(seconds + call.extra_seconds, call.at_most)


def retry_after(headers: httpx.Headers) -> float | None:
    """The header `Retry-After` in seconds from now; it holds seconds or a date."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


def _told(response: httpx.Response) -> tuple[str | None, str] | None:
    """Code and text of an error body: `{"error": text}`, or `{"error": code, "message": text}`."""
    try:
        body = json.loads(response.content)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    error, message = body.get("error"), body.get("message")
    if isinstance(error, str) and isinstance(message, str):
        return error, message
    return None, error if isinstance(error, str) else response.text


def _names_path(text: str, response: httpx.Response) -> bool:
    """Whether it is the path itself that is missing: then it is named, in quotes; for a missing
    thing it never is.
    """
    path, _, _ = response.url.raw_path.decode().partition("?")
    # The server shortens what it names.
    return f'"{path}"' in text or (len(path) > 64 and f'"{path[:64]}' in text)


def _no_route(settings: Settings, asked: str) -> str:
    path = httpx.URL(settings.base_url).path.strip("/")
    if path:
        return (
            f"the server knows no such path below /{path}, where base_url ends: leave that out, or"
            " update the server if it belongs there"
        )
    return _too_old(settings, f"{asked.split()[0]} on this path")


def _too_old(settings: Settings, what: str) -> str:
    return (
        f"the server at {settings.base_url} does not know {what}:"
        " it is older than this client, update it"
    )


def _foreign(settings: Settings, response: httpx.Response, asked: str) -> NenDesktopError:
    """The error for an answer that no Nen server gives."""
    status = response.status_code
    content = response.headers.get("content-type", "").partition(";")[0] or "no content type"
    what = f"{settings.base_url} answered {asked} with {status} and {content} instead of JSON"
    if status == 429 or status >= 500:
        text = f"{what}: what stands before the Nen server could not hand the call on, try again"
        return _error(class_of(status), text, response)
    text = f"{what}, so it is no Nen server: give the address of one as base_url or NEN_API_URL,"
    return _error(UnexpectedAnswerError, f"{text} such as {DEFAULT_URL}", response)


def _refused_by_store(store: str, asked: str, response: httpx.Response) -> NenDesktopError:
    """The error for what an object store answers instead of a file. The answer's text is left out:
    it may repeat the link with its signature.
    """
    status = response.status_code
    said = _STORE_CODE.search(response.text)
    return (UnexpectedAnswerError if status < 400 else class_of(status))(
        f"the object store at {store}, where the server has its files, refused it"
        f"{f' ({said[1]})' if said else ''}: ask again for another link, and if that is refused,"
        f" too, it is for who runs the server ({asked} answered {status})",
        status,
        retry_after=retry_after(response.headers),
    )


def _error(
    kind: type[NenDesktopError], message: str, response: httpx.Response, code: str | None = None
) -> NenDesktopError:
    try:
        body = response.text
    except httpx.ResponseNotRead:
        body = ""
    return kind(
        message,
        response.status_code,
        body,
        code=code,
        request_id=response.headers.get("x-request-id"),
        retry_after=retry_after(response.headers),
    )


def _is_json(response: httpx.Response) -> bool:
    try:
        json.loads(response.content)
    except ValueError:
        return False
    return True
