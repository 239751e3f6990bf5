"""A small HTTP server with the routes that local mode uses; writes down what it is asked."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

PNG = b"\x89PNG\r\n\x1a\n of a screen"


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    port: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class DesktopServer:
    """`answers` are given first, one to each request: (status, headers, body), or None to hang up."""

    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    agent: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
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

    @property
    def lines(self) -> list[str]:
        return [request.line for request in self.requests]

    def refuse(self, status: int, times: int = 1, **body: str) -> None:
        """The next requests are refused."""
        self.answers += [(status, {"Retry-After": "0"}, json.dumps(body).encode())] * times

    def answer(self, request: Request) -> tuple[int, dict[str, str], bytes] | None:
        if self.answers:
            return self.answers.pop(0)
        if request.line == "POST /desktops":
            return 201, {}, b'{"desktop_id": "dsk_made"}'
        if request.method == "DELETE":
            return 200, {}, b'{"desktop_id": "dsk_made", "status": "deleted"}'
        what = re.sub(r"^/desktops/[^/]+", "", request.path)
        if what == "/execute":
            return 200, {}, b'{"status": "ok"}'
        if what == "/screenshot":
            return 200, {"Content-Type": "image/png"}, PNG
        if what.startswith("/agent/"):
            return (
                200,
                {},
                json.dumps({"result": self.agent[what.removeprefix("/agent/")]}).encode(),
            )
        if what == "/fs":
            listed = [{"name": n, "size": len(d), "modified": 1.5} for n, d in self.files.items()]
            return 200, {}, json.dumps({"path": "/home/user/Downloads", "files": listed}).encode()
        if what == "/fs/content":
            return self._content(request)
        return 404, {}, b'{"error": "there is no such route"}'

    def _content(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        name = request.query["path"].rpartition("/")[2]
        if request.method == "PUT":
            self.files[name] = request.body
            return 200, {}, b"{}"
        if name not in self.files:
            return 404, {}, json.dumps({"error": f"there is no file {name}"}).encode()
        data = self.files[name]
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("range", ""))
        assert asked, "every read asks for a part"
        start, end = int(asked[1]), min(int(asked[2]) + 1, len(data))
        if start >= len(data):
            return 416, {"Content-Range": f"bytes */{len(data)}"}, b""
        return 206, {"Content-Range": f"bytes {start}-{end - 1}/{len(data)}"}, data[start:end]


def _handler(server: DesktopServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            request = Request(
                self.command, parts.path, query, headers, body, self.client_address[1]
            )
            server.requests.append(request)
            answer = server.answer(request)
            if answer is None:
                self.close_connection = True
                return
            status, more, content = answer
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
