"""A receiver of webhooks: answers at once, and remembers what came and when."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Receiver:
    """Runs in threads of its own until it is closed."""

    def __init__(self) -> None:
        came: dict[tuple[str, str], int] = {}
        news = threading.Condition()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with news:
                    came[body["message_id"], body["status"]] = time.perf_counter_ns()
                    news.notify_all()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._came, self._news = came, news
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def wait_for(self, run: str, status: str, limit_s: float) -> int:
        """When that webhook came, in nanoseconds of ``time.perf_counter_ns``."""
        with self._news:
            if not self._news.wait_for(lambda: (run, status) in self._came, limit_s):
                raise TimeoutError(f"no webhook said within {limit_s:.0f} s that {run} is {status}")
            return self._came[run, status]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
