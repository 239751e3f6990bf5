"""Local mode: the workflow runs here, by hand or in a debugger, and drives a desktop of a server by HTTP."""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import threading
import urllib.parse
from typing import Any

from ._actions import actions_of
from ._http import Http, Response
from .errors import AuthenticationFailed, RPCError, WorkflowError

_DEFAULT_URL = "http://127.0.0.1:8700"

# Seconds without a byte after which a call is given up. Acting can take the server 330 s, an agent works
# for as long as its iterations take.
_READ = 60.0
_ACT = 340.0
_AGENT = 3600.0
_FILE = 120.0
# A desktop made here is gone by itself, should this process be killed; long enough for a break point.
_IDLE_SECONDS = 7200

_log = logging.getLogger("nen")


class LocalTransport:
    """A desktop behind `NEN_API_URL`: the one that was named, or one of its own until this process ends."""

    def __init__(self, http: Http, desktop: str | None, model: str | None = None) -> None:
        self.model = model
        self._http = http
        self._desktop = desktop
        self._lock = threading.Lock()

    @classmethod
    def from_environment(
        cls, desktop: str | None = None, model: str | None = None
    ) -> LocalTransport:
        """By NEN_API_KEY, NEN_API_URL and NEN_DESKTOP_ID, unless a desktop is named."""
        key = os.environ.get("NEN_API_KEY", "")
        if not key:
            raise AuthenticationFailed(
                "NEN_API_KEY is not set: outside of a run a workflow needs an API key of a Nen server "
                f"(and NEN_API_URL, where that is not {_DEFAULT_URL})"
            )
        http = Http(os.environ.get("NEN_API_URL") or _DEFAULT_URL, key)
        return cls(http, desktop or os.environ.get("NEN_DESKTOP_ID") or None, model)

    def call(self, name: str, args: dict[str, Any]) -> Any:
        kind, _, what = name.partition(".")
        if kind == "agent":
            response = self._post(f"/agent/{what}", args, _AGENT)
            return _member(response, "result")
        if name == "drive.list":
            query = {"path": args["path"], "pattern": args["pattern"]}
            return self._request("GET", "/fs", query=query, timeout=_READ, again=True).json()
        secret = name == "computer.type" and isinstance(args["text"], dict)
        if secret:
            args = {**args, "text": _secret(args["text"]["secure"])}
        for action, params in actions_of(name, args):
            call = {"tool": "computer", "action": action, "params": params}
            body: dict[str, Any] = {"action": call, "screenshot": "never"}
            if secret:
                # So that the desktop's tool log does not tell its length.
                body["secret"] = True
            self._post("/execute", body, _ACT)
        return None

    def screenshot(self) -> bytes:
        return self._request("GET", "/screenshot", timeout=_READ, again=True).body

    def read_file(self, path: str, offset: int, length: int) -> tuple[bytes, bool]:
        response = self._request(
            "GET",
            "/fs/content",
            query={"path": path},
            headers={"Range": f"bytes={offset}-{offset + length - 1}"},
            timeout=_FILE,
            again=True,
            # Nothing there: an empty file, or the end of one.
            accept=(416,),
        )
        if response.status == 416:
            return b"", True
        if response.status != 206:
            # The whole file, from a server that gives no parts.
            return response.body[offset : offset + length], offset + length >= len(response.body)
        size = response.headers.get("Content-Range", "").rpartition("/")[2]
        if not size.isdigit():
            raise RPCError("the server gave a part of a file without its size")
        return response.body, offset + len(response.body) >= int(size)

    def write_file(self, folder: str, name: str, data: bytes) -> None:
        self._request(
            "PUT",
            "/fs/content",
            query={"path": f"{folder.rstrip('/')}/{name}"},
            headers={"Content-Type": "application/octet-stream"},
            body=data,
            timeout=_FILE,
            again=True,
        )

    def _post(self, path: str, body: dict[str, Any], timeout: float) -> Response:
        # Never again once it was sent: it may have been done.
        return self._request("POST", path, json_body=body, timeout=timeout, again=False)

    def _request(self, method: str, path: str, **options: Any) -> Response:
        desktop = urllib.parse.quote(self._desktop_id(), safe="")
        return self._http.request(method, f"/desktops/{desktop}{path}", **options)

    def _desktop_id(self) -> str:
        with self._lock:
            if self._desktop is None:
                self._desktop = self._create()
            return self._desktop

    def _create(self) -> str:
        response = self._http.request(
            "POST",
            "/desktops",
            json_body={"idle_timeout_seconds": _IDLE_SECONDS, "on_idle": "delete"},
            # With it, asking again gives the same desktop.
            headers={"Idempotency-Key": secrets.token_hex(16)},
            timeout=_ACT,
            again=True,
        )
        desktop = _member(response, "desktop_id")
        if not isinstance(desktop, str):
            raise RPCError("the server made a desktop without an id")
        _log.info("Made desktop %s, which is deleted when this process ends", desktop)
        atexit.register(self._delete, desktop, os.getpid())
        return desktop

    def _delete(self, desktop: str, process: int) -> None:
        if os.getpid() != process:
            # A fork that ends must not take its parent's desktop along.
            return
        path = f"/desktops/{urllib.parse.quote(desktop, safe='')}"
        try:
            self._http.request("DELETE", path, timeout=_READ, again=True, accept=(404,))
        except WorkflowError as error:
            _log.warning("Could not delete desktop %s: %s", desktop, error)


def _member(response: Response, name: str) -> Any:
    body = response.json()
    if not isinstance(body, dict) or name not in body:
        raise RPCError(f"the server's answer has no {name}")
    return body[name]


def secret_variable(field: str) -> str:
    """The environment variable that holds a secret in local mode."""
    return f"NEN_SECURE_{field.upper()}"


def _secret(field: str) -> str:
    value = os.environ.get(secret_variable(field))
    if value is None:
        raise WorkflowError(
            f"the secret {field!r} has no value: set the environment variable {secret_variable(field)}"
        )
    return value
