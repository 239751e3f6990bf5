"""The web server of the benchmark: deterministic pages, orders to them, and what they report.

Pages are shown by Chromium in a desktop. Orders go to them as server-sent events, reports come back as POSTs, so a page's
state can be asked for without touching the screen or the input that is measured.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

PAGES = Path(__file__).parent / "pages"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}


class PageError(Exception):
    """A page did not do what it was told in time."""


class Tab:
    """One browser's page, known by a name in its address."""

    def __init__(self) -> None:
        self.orders: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.reports: queue.Queue[tuple[int, dict[str, Any]]] = queue.Queue()
        self._number = 0

    def tell(self, do: str, limit_s: float = 30.0, **order: Any) -> dict[str, Any]:
        """An order, and the page's report on it."""
        self._number += 1
        number = self._number
        self.orders.put({"number": number, "do": do, **order})
        return self.wait_for(lambda report: report.get("number") == number, limit_s)[1]

    def go(self, page: str, limit_s: float = 60.0) -> dict[str, Any]:
        """Shows another page; answers once it has been painted."""
        self.orders.put({"number": 0, "do": "go", "page": page})
        return self.wait_for(lambda report: report.get("shown") == page, limit_s)[1]

    def wait_for(self, wanted: Any, limit_s: float = 30.0) -> tuple[int, dict[str, Any]]:
        """The next report that is wanted, with the moment it came. Others before it are dropped."""
        deadline = time.monotonic() + limit_s
        while True:
            try:
                came, report = self.reports.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise PageError("the page did not report in time") from None
            if wanted(report):
                return came, report


class _Quiet(ThreadingHTTPServer):
    """A browser that ends in the middle of a request is the usual end of a desktop."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class PageServer:
    """Serves `pages/` on loopback, each request in a thread of its own."""

    def __init__(self) -> None:
        self.tabs: dict[str, Tab] = {}
        outer = self

        class Handler(_Handler):
            pages = outer

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def tab(self, name: str) -> Tab:
        return self.tabs.setdefault(name, Tab())

    def address(self, page: str, name: str) -> str:
        """How a desktop reaches a page."""
        return f"http://host.nen:{self.port}/{page}?tab={name}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for tab in self.tabs.values():
            tab.orders.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    pages: PageServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """The terminal is for results."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        file = PAGES / Path(address.path).name
        if address.path == "/orders":
            self._orders(parse_qs(address.query)["tab"][0])
        elif file.suffix in TYPES and file.is_file():
            self._answer(200, TYPES[file.suffix], file.read_bytes())
        else:
            self._answer(404, "text/plain", b"no such page")

    def do_POST(self) -> None:
        came = time.perf_counter_ns()
        address = urlsplit(self.path)
        report = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.pages.tab(parse_qs(address.query)["tab"][0]).reports.put((came, report))
        self._answer(204, "text/plain", b"")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def _orders(self, name: str) -> None:
        """A stream of orders until the page goes away. A new page's stream takes over from an old one."""
        tab = self.pages.tab(name)
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        while (order := tab.orders.get()) is not None:
            try:
                self.wfile.write(f"data: {json.dumps(order)}\n\n".encode())
                self.wfile.flush()
            except OSError:
                tab.orders.put(order)
                return
            if order["do"] == "go":
                return
