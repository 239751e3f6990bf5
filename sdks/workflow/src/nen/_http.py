"""Requests to a Nen server: connections that are kept, tries again where that is safe, errors in words."""

from __future__ import annotations

import builtins
import http.client
import json
import os
import random
import select
import threading
import time
import urllib.parse
from email.message import Message
from typing import Any

from ._version import __version__
from .errors import AuthenticationFailed, ConnectionLost, RPCError, TimeoutError, WorkflowError

_TRIES = 4
# Seconds before the second try; doubled for each one after.
_FIRST_PAUSE = 0.25
# Longest pause that a server can ask for.
_LONGEST_PAUSE = 30.0
_CONNECT_TIMEOUT = 10.0
_TRY_AGAIN = (429, 502, 503, 504)


class Response:
    """An answer with its whole body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Message, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise RPCError(
                "the server's answer is not JSON: is NEN_API_URL a Nen server?"
            ) from None


class _NotSent(Exception):
    """No connection came about, so nothing was asked for."""


class Http:
    """A server, by URL and key. Any thread may ask."""

    def __init__(self, url: str, key: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WorkflowError(
                f"NEN_API_URL is {url!r}: it must look like http://127.0.0.1:8700 or https://nen.example.com"
            )
        if not (key.isascii() and key.isprintable() and " " not in key):
            raise AuthenticationFailed("NEN_API_KEY holds characters that no key has")
        self._url = url
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        try:
            self._port = parts.port
        except ValueError as error:
            raise WorkflowError(f"NEN_API_URL is {url!r}: {error}") from None
        self._prefix = parts.path.rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {key}",
            "User-Agent": f"nen-python/{__version__}",
        }
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        json_body: Any = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float,
        again: bool,
        accept: tuple[int, ...] = (),
    ) -> Response:
        """One request; answers of an error status raise, but those of `accept`.

        `again`: asking twice does no harm, so that a broken connection or an overloaded server is asked
        again. Otherwise only what was never sent is. `timeout` is in seconds, between bytes.
        """
        target = self._prefix + urllib.parse.quote(path)
        if query:
            target += "?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)
        sent = {**self._headers, **(headers or {})}
        if json_body is not None:
            body = json.dumps(json_body, ensure_ascii=False, allow_nan=False).encode()
            sent["Content-Type"] = "application/json"
        for left in reversed(range(_TRIES)):
            asked_for = None
            try:
                response = self._once(method, target, body, sent, timeout)
                if response.status < 300 or response.status in accept:
                    return response
                error: WorkflowError = _refusal(response)
                may = again and response.status in _TRY_AGAIN
                asked_for = response.headers.get("Retry-After")
            except _NotSent as cause:
                error = ConnectionLost(
                    f"nothing answers at {self._url} ({cause}): start it with `nen serve`, "
                    "or set NEN_API_URL to where it is"
                )
                may = True
            except builtins.TimeoutError:
                error = TimeoutError(f"{self._url} did not answer within {timeout:g} s")
                may = False
            except (OSError, http.client.HTTPException) as cause:
                error = ConnectionLost(f"the connection to {self._url} broke: {_words(cause)}")
                may = again
            if not may or not left:
                raise error
            time.sleep(_pause(_TRIES - 1 - left, asked_for))
        raise AssertionError("the last try returns or raises")

    def _once(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str], timeout: float
    ) -> Response:
        connection = self._connection()
        try:
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            connection.request(method, target, body=body, headers=headers)
            answer = connection.getresponse()
            response = Response(answer.status, answer.headers, answer.read())
        except BaseException:
            # Also when interrupted: half an answer would be taken for that of the next request.
            connection.close()
            raise
        if answer.will_close:
            connection.close()
        else:
            with self._lock:
                self._idle.append(connection)
        return response

    def _connection(self) -> http.client.HTTPConnection:
        """A connection that is open, as far as can be known before using it."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._connect()
            if connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]:
                return connection
            # Something to read before anything was asked: the server has closed it.
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=_CONNECT_TIMEOUT)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise _NotSent(_words(error)) from error
        return connection

    def _forget(self) -> None:
        # A forked process must not speak on connections of its parent.
        self._idle = []
        self._lock = threading.Lock()


def _refusal(response: Response) -> WorkflowError:
    """The error of a status, with what the server says about it."""
    text = _said(response)
    if response.status in (401, 403):
        hint = " (the key comes from NEN_API_KEY)" if response.status == 401 else ""
        return AuthenticationFailed(f"{text}{hint}")
    if response.status in (408, 504):
        return TimeoutError(text)
    if response.status == 429 or response.status >= 500 or response.status < 400:
        return RPCError(text)
    return WorkflowError(text)


def _said(response: Response) -> str:
    fallback = f"the server answered {response.status}"
    try:
        body = json.loads(response.body)
    except ValueError:
        return fallback
    if not isinstance(body, dict):
        return fallback
    error, message = body.get("error"), body.get("message")
    said = [text for text in (error, message) if isinstance(text, str) and text]
    return ": ".join(said) or fallback


def _pause(tries: int, asked_for: str | None) -> float:
    try:
        return min(max(float(asked_for or ""), 0.0), _LONGEST_PAUSE)
    except ValueError:
        # None was asked for, or a date; spread, so that many callers do not come back at once.
        return float(_FIRST_PAUSE * 2**tries * random.uniform(0.75, 1.25))


def _words(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
