"""A minimal keep-alive HTTP/1.1 client, the same for everything that is measured.

A client library would add its own milliseconds to calls that take less than one. This one sends bytes that were put
together before the clock started, and reads the answer exactly. It runs on the host and inside desktops, so it uses
nothing but the standard library.
"""

from __future__ import annotations

import json
import socket
import time
from typing import Any, NamedTuple

Address = tuple[str, int] | str


class Reply(NamedTuple):
    """An answer and when it came (``time.perf_counter_ns``, the monotonic clock of all processes)."""

    status: int
    head: bytes
    body: bytes
    sent_ns: int
    came_ns: int

    @property
    def ms(self) -> float:
        """From before the first byte was sent until the last one was there."""
        return (self.came_ns - self.sent_ns) / 1e6

    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: bytes) -> bytes | None:
        """A header's value; ``name`` in lower case."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name:
                return value.strip()
        return None


class HttpError(Exception):
    """The other side does not speak HTTP as expected, or hung up."""


def request(method: str, path: str, headers: dict[str, str] | None = None, body: Any = None) -> bytes:
    """The bytes of a request; ``body`` is sent as JSON."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    content = b""
    if body is not None:
        content = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


class Connection:
    """One connection over TCP (host and port) or a Unix socket (a path), used for one request after another."""

    def __init__(self, address: Address, deadline_s: float = 120.0) -> None:
        if isinstance(address, str):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        else:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(deadline_s)
        self._socket.connect(address)
        self._buffer = bytearray()

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def exchange(self, message: bytes) -> Reply:
        """Sends a request made by :func:`request` and reads the answer to its last byte."""
        sent = time.perf_counter_ns()
        self._socket.sendall(message)
        end = self._until(b"\r\n\r\n")
        head = bytes(self._buffer[:end])
        del self._buffer[: end + 4]
        status = int(head[9:12])
        lower = head.lower()
        if status in (204, 304):
            body = b""
        elif (place := lower.find(b"\r\ncontent-length:")) >= 0:
            body = self._take(int(lower[place + 17 :].split(b"\r\n", 1)[0]))
        elif b"\r\ntransfer-encoding: chunked" in lower:
            body = self._chunks()
        else:
            raise HttpError(f"an answer without a length: {head!r}")
        return Reply(status, head, body, sent, time.perf_counter_ns())

    def _receive(self) -> None:
        data = self._socket.recv(1 << 20)
        if not data:
            raise HttpError("the other side hung up")
        self._buffer += data

    def _until(self, mark: bytes) -> int:
        while (end := self._buffer.find(mark)) < 0:
            self._receive()
        return end

    def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._receive()
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            end = self._until(b"\r\n")
            length = int(bytes(self._buffer[:end]).split(b";")[0], 16)
            del self._buffer[: end + 2]
            body += self._take(length)
            self._take(2)
            if length == 0:
                return bytes(body)
