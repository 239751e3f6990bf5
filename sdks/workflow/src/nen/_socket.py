"""The transport inside a run's sandbox: JSON lines over one end of a socket pair.

Any thread may call. A call registers itself under an id, writes its line and waits; the reading thread
hands out the answers, in whatever order they come.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import threading
from typing import Any

from ._cancel import Cancellation
from .errors import RPCError, from_wire

# Longest line either way, its newline counted.
MAX_LINE = 16 * 1024 * 1024
# Most bytes of a file in one message.
_PIECE = 4 * 1024 * 1024
# Time to end for a process whose worker is gone or has the outcome already, in seconds.
_GRACE = 5.0

_GONE = "the connection to the worker is gone"


class TooLong(ValueError):
    """A message that does not fit into a line."""


def encode(message: dict[str, Any]) -> bytes:
    """A message as its line. Raises `ValueError` or `TypeError` for what JSON in UTF-8 cannot hold."""
    line = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    if len(line) >= MAX_LINE:
        raise TooLong(f"{len(line)} bytes as JSON are more than {MAX_LINE}")
    return line + b"\n"


class _Pending:
    """A call that waits for its answer."""

    __slots__ = ("answer", "error", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.lock.acquire()
        self.answer: Any = None
        self.error: BaseException | None = None


class SocketTransport:
    """The worker's end of things, by a connected stream socket. Made on the main thread."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, True)
        self.model: str | None = None
        self._descriptor = descriptor
        self._process = os.getpid()
        self._lines = io.BufferedReader(io.FileIO(descriptor, closefd=False), 1 << 16)
        self._sending = threading.Lock()
        self._registering = threading.Lock()
        self._waiting: dict[int, _Pending] = {}
        self._last = 0
        self._gone = False
        self._ended = False
        self.cancellation = Cancellation()
        os.register_at_fork(after_in_child=self._leave_to_parent)

    def receive(self) -> dict[str, Any] | None:
        """The next message, None when there are no more. Only before `start`."""
        line = self._lines.readline(MAX_LINE)
        if not line.endswith(b"\n"):
            return None
        message = json.loads(line)
        return message if isinstance(message, dict) else None

    def send(self, message: dict[str, Any]) -> None:
        """Sends a message whole, whatever signals come meanwhile. Raises `OSError` when it cannot."""
        self._write(encode(message))

    def start(self) -> None:
        """From here on messages are answers and cancellations."""
        threading.Thread(target=self._read, name="nen-worker", daemon=True).start()

    def end(self) -> None:
        """Gives threads that the workflow left behind a last few seconds; the outcome has been sent."""
        self._ended = True
        # Without a thread to be had, the worker's own limit has to do.
        with contextlib.suppress(RuntimeError):
            threading.Thread(target=_exit_later, args=(0,), name="nen-end", daemon=True).start()

    @property
    def belongs_here(self) -> bool:
        """False in a process that the workflow forked."""
        return os.getpid() == self._process

    def call(self, name: str, args: dict[str, Any]) -> Any:
        if not self.belongs_here:
            raise RPCError(f"{name} was called in a forked process: only the run's own can call")
        self.cancellation.check()
        pending = _Pending()
        with self.cancellation.shield():
            number = self._register(pending, name)
            try:
                self._write(self._request(number, name, args))
            except OSError as error:
                self._waiting.pop(number, None)
                raise RPCError(_GONE) from error
            except BaseException:
                self._waiting.pop(number, None)
                raise
        try:
            pending.lock.acquire()
        finally:
            self._waiting.pop(number, None)
        if pending.error is None:
            return pending.answer
        # The main thread may be about to be interrupted for the same reason; once is enough.
        self.cancellation.check()
        raise pending.error

    def screenshot(self) -> bytes:
        return _bytes(self.call("computer.screenshot", {}), "png")

    def read_file(self, path: str, offset: int, length: int) -> tuple[bytes, bool]:
        answer = self.call("drive.read", {"path": path, "offset": offset, "length": length})
        data = _bytes(answer, "data")
        return data, answer.get("end") is True

    def write_file(self, folder: str, name: str, data: bytes) -> None:
        for start in range(0, len(data) or 1, _PIECE):
            piece = base64.b64encode(data[start : start + _PIECE]).decode()
            args = {"path": folder, "name": name, "data": piece, "append": start > 0}
            self.call("drive.write", args)

    def _register(self, pending: _Pending, name: str) -> int:
        with self._registering:
            # Looked at again under the lock: who comes first, the call or the news, misses nothing.
            self.cancellation.check()
            if self._gone:
                raise RPCError(_GONE)
            self._last += 1
            self._waiting[self._last] = pending
            return self._last

    def _request(self, number: int, name: str, args: dict[str, Any]) -> bytes:
        try:
            return encode({"id": number, "call": name, "args": args})
        except TooLong as error:
            raise ValueError(f"the arguments of {name} are too large: {error}") from None
        except RecursionError:
            raise ValueError(f"the arguments of {name} are nested too deeply for JSON") from None
        except TypeError as error:
            raise TypeError(f"the arguments of {name} cannot be written as JSON: {error}") from None
        except ValueError as error:
            raise ValueError(
                f"the arguments of {name} cannot be written as JSON: {error}"
            ) from None

    def _write(self, line: bytes) -> None:
        with self.cancellation.shield(), self._sending:
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def _read(self) -> None:
        try:
            while (message := self.receive()) is not None:
                self._take(message)
        except (OSError, ValueError, RecursionError):
            # Closed by the workflow, or no JSON: either way nothing more can be understood.
            pass
        with self._registering:
            self._gone = True
        self._fail_all(RPCError, _GONE)
        _exit_later(0 if self._ended else 1)

    def _take(self, message: dict[str, Any]) -> None:
        cancel = message.get("cancel")
        if cancel is not None:
            self.cancellation.request(cancel.get("reason") if isinstance(cancel, dict) else None)
            # The waiting threads look at the cancellation first, whatever they are woken with.
            self._fail_all(RPCError, "the run was cancelled")
            return
        number = message.get("id")
        pending = self._waiting.pop(number, None) if isinstance(number, int) else None
        # An answer to a call that was given up.
        if pending is None:
            return
        error = message.get("error")
        if error is not None:
            detail = error if isinstance(error, dict) else {}
            pending.error = from_wire(detail.get("type"), detail.get("message"))
        else:
            pending.answer = message.get("ok")
        pending.lock.release()

    def _fail_all(self, kind: type[Exception], message: str) -> None:
        with self._registering:
            waiting, self._waiting = self._waiting, {}
        for pending in waiting.values():
            # Each thread gets an exception of its own, for they collect tracebacks.
            pending.error = kind(message)
            pending.lock.release()

    def _leave_to_parent(self) -> None:
        # A copy kept open here would hide from the worker that the run's own process has ended.
        # Unless the workflow had closed it already.
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


def _bytes(answer: Any, key: str) -> bytes:
    try:
        return base64.b64decode(answer[key], validate=True)
    except (KeyError, TypeError, ValueError):
        raise RPCError(f"the worker answered without {key}") from None


def _exit_later(code: int) -> None:
    # The interpreter stops this thread when it ends by itself, which is the usual case.
    threading.Event().wait(_GRACE)
    os._exit(code)
