"""A server on loopback that answers what a test tells it to, and writes down what it was asked."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from email.message import Message
from types import TracebackType
from typing import Any


@dataclass
class Reply:
    """An answer. `chunks` are sent one by one; with `breaks` the connection is cut after them."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    chunks: list[bytes] | None = None
    breaks: bool = False
    # Cuts the connection without an answer.
    silent: bool = False
    # What has to happen before the answer, or before its last chunk.
    until: threading.Event | None = None


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: Message
    body: bytes

    def json(self) -> Any:
        """The body as JSON; None when there is none."""
        return json.loads(self.body) if self.body else None


class FakeServer:
    """Answers in the order in which replies were given."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.replies: deque[Reply] = deque()
        self.lock = threading.Lock()
        self._http = _Http(self)
        self.port: int = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def reply(self, json_body: Any = None, status: int = 200, **headers: str) -> FakeServer:
        """Adds an answer in JSON, or without a body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if json_body is None:
            return self.add(Reply(status, b"", named))
        named.setdefault("Content-Type", "application/json")
        return self.add(Reply(status, json.dumps(json_body).encode(), named))

    def add(self, reply: Reply) -> FakeServer:
        """Adds an answer."""
        self.replies.append(reply)
        return self

    @property
    def last(self) -> Seen:
        """The newest request."""
        return self.seen[-1]

    def asked(self) -> list[str]:
        """All requests as `GET /path`."""
        return [f"{one.method} {one.path}" for one in self.seen]

    def __enter__(self) -> FakeServer:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Http(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, told: FakeServer) -> None:
        self.told = told
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients that are gone are what some tests are about.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def answer(self) -> None:
        told = self.server.told
        body = self.read_body()
        with told.lock:
            told.seen.append(Seen(self.command, self.path, self.headers, body))
            if told.replies:
                reply = told.replies.popleft()
            else:
                reply = Reply(500, b'{"error": "the test has no reply left"}')
        if reply.until is not None and reply.chunks is None:
            reply.until.wait(10)
        if reply.silent:
            return self.cut()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.chunks is None:
            if reply.status not in (204, 304) and "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
            return self.cut() if reply.breaks else None
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for number, chunk in enumerate(reply.chunks, 1):
            if reply.until is not None and number == len(reply.chunks):
                reply.until.wait(10)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.flush()
        if reply.breaks:
            return self.cut()
        self.wfile.write(b"0\r\n\r\n")
        return None

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        pieces = []
        while size := int(self.rfile.readline() or self.gone(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def gone(self) -> bytes:
        raise ConnectionError("the client broke off")

    def cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        # The client may have been quicker.
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
