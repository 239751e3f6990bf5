"""Streams that are followed over lost connections: what to ask for next, what the bytes say, when
it is over.

Nothing here touches the network; `_streams` and `_async_streams` do as they are told.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar, Generic, TypeVar

import httpx
from pydantic import ValidationError

from . import _failure
from ._attempts import back_off
from ._call import Call, Patience, path, query, reads, whole
from ._lines import LineReader
from ._settings import Settings
from .errors import NenTimeoutError, NotFoundError
from .models import LogRecord, Run

T = TypeVar("T")

# A server that is started anew needs some seconds, during which those who follow it wait.
_MORE_RETRIES = 4

# Seconds after which a connection was a good one even if nothing happened.
_LASTING = 10.0

# `after` of a log that has no such line: nothing comes until the run's end.
_AFTER_EVERYTHING = 2**63 - 1


class Follower(ABC, Generic[T]):
    """One stream, over as many connections as it takes."""

    media_type: ClassVar[str]
    # Whether a thing that is gone ends the stream, rather than being an error.
    gone_is_end: ClassVar[bool] = True

    def __init__(self) -> None:
        self.ended = False
        self._brought = False
        self._since = 0.0
        self._short = 0

    @abstractmethod
    def call(self) -> Call[httpx.Response]:
        """The call that connects, to go on where the last connection broke off."""

    @abstractmethod
    def take(self, data: bytes) -> list[T]:
        """What is complete by now."""

    @abstractmethod
    def check(self) -> Call[list[T] | None] | None:
        """Asks whether it is over: then there is what came at the very end, otherwise None. There
        is nothing to ask of what has no end.
        """

    def call_again(self) -> Call[httpx.Response]:
        """The call that connects once more."""
        return replace(self.call(), more_retries=_MORE_RETRIES)

    def check_again(self, error: httpx.RequestError | None) -> Call[list[T] | None] | None:
        """As `check`, with the same patience, when it may be over. What broke off has more, and so
        may have what brought something until its end.
        """
        check = self.check()
        if check is None or error is not None or self._brought:
            return None
        return replace(check, more_retries=_MORE_RETRIES)

    def begun(self) -> list[T]:
        """What to say of a connection that begins."""
        return []

    def lost(self, error: httpx.RequestError | None, settings: Settings) -> list[T]:
        """What to say of a connection that has ended, before it is made again."""
        return []

    def rest(self) -> list[T]:
        """What is left when a connection has ended as it should."""
        return []

    def connected(self, response: httpx.Response, settings: Settings) -> None:
        """Begins a connection; raises when it is not the stream that was asked for."""
        self._brought = False
        self._since = time.monotonic()
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        if kind != self.media_type:
            raise _failure.of_content(self.call(), settings, response)

    def feed(self, data: bytes) -> list[T]:
        """What a connection brought."""
        return self._noted(self.take(data))

    def finished(self) -> list[T]:
        """What a connection brought at its end."""
        return self._noted(self.rest())

    def pause(self, error: httpx.RequestError | None, settings: Settings) -> float:
        """Seconds before connecting again; raises when connections keep breaking at once."""
        lasted = time.monotonic() - self._since
        if self._brought or lasted > _LASTING or isinstance(error, httpx.ReadTimeout):
            self._short = 0
            return 0.0
        self._short += 1
        if error is not None and self._short > settings.max_retries:
            raise _failure.of_transport(self.call(), settings, error) from error
        return back_off(self._short - 1)

    def is_end(self, error: NotFoundError) -> bool:
        """Whether that something is gone is how the stream ends."""
        return self.gone_is_end

    def _noted(self, items: list[T]) -> list[T]:
        self._brought = self._brought or bool(items)
        return items


class LogFollower(Follower[LogRecord]):
    """The log of a run until its end."""

    media_type = "application/x-ndjson"

    def __init__(self, run_id: str, after: int) -> None:
        super().__init__()
        self._run = path("runs", run_id)
        self._after = after
        self._lines = LineReader()

    def call(self) -> Call[httpx.Response]:
        self._lines = LineReader()
        return log_call(self._run, self._after, follow=True, records=True)

    def take(self, data: bytes) -> list[LogRecord]:
        return self._read(self._lines.feed(data))

    def rest(self) -> list[LogRecord]:
        return self._read(self._lines.end())

    def check(self) -> Call[list[LogRecord] | None]:
        read = reads(Run)
        return Call("GET", self._run, lambda answer: [] if read(answer).ended else None)

    def _read(self, lines: list[str]) -> list[LogRecord]:
        records = [record for record in map(_record, lines) if record is not None]
        if records:
            self._after = records[-1].seq
        return records


class EndOfRun(Follower[Run]):
    """The run once it has ended. Waits on its log, which the server ends with the run."""

    media_type = "application/x-ndjson"
    gone_is_end = False

    def __init__(self, run_id: str, timeout: float | None) -> None:
        super().__init__()
        self._id = run_id
        self._run = path("runs", run_id)
        self._timeout = timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout

    def call(self) -> Call[httpx.Response]:
        left = None if self._deadline is None else self._deadline - time.monotonic()
        if left is not None and left <= 0:
            raise NenTimeoutError(
                f"run {self._id} has not ended within {self._timeout:g} s and goes on:"
                " wait again, or cancel it"
            )
        return log_call(self._run, _AFTER_EVERYTHING, follow=True, records=True, at_most=left)

    def take(self, data: bytes) -> list[Run]:
        return []

    def check(self) -> Call[list[Run] | None]:
        read = reads(Run)

        def ended(answer: httpx.Response) -> list[Run] | None:
            run = read(answer)
            return [run] if run.ended else None

        return Call("GET", self._run, ended)


def log_call(
    run: str, after: int | None, *, follow: bool, records: bool, at_most: float | None = None
) -> Call[httpx.Response]:
    """Asks for the log below the path of a run, as text or as records."""
    call = Call(
        "GET",
        f"{run}/logs",
        whole,
        query=query(follow=follow or None, after=after or None),
        headers={"Accept": LogFollower.media_type if records else "text/plain"},
        patience=Patience.STREAM if follow else Patience.LONG,
    )
    return call if at_most is None else replace(call, at_most=at_most)


def _record(line: str) -> LogRecord | None:
    """The record that a line is; None for what a newer server may have between them."""
    try:
        return LogRecord.model_validate_json(line)
    except ValidationError:
        return None
