"""Cancellation of a run, wherever its main thread happens to be.

The worker's word arrives on the reading thread. A signal carries it to the main thread, because only a
signal ends what that is waiting in (`time.sleep`, a subprocess, a lock) or busy with. The exception is
raised there once: a second one would hit the clean-up that the first one set off.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from .errors import Cancelled

# One that workflows and their libraries have little use for.
_SIGNAL = signal.SIGUSR2

# Seconds between signals, until one has reached its aim.
_AGAIN = 0.05

_REASONS = {
    "cancelled": "the run was cancelled",
    "timeout": "the run reached its time limit",
}


class Cancellation:
    """Whether the run is cancelled, and who has been told. Made on the main thread."""

    def __init__(self) -> None:
        self._text: str | None = None
        # The main thread has got the exception, or no longer needs to.
        self._settled = False
        self._told = threading.Event()
        self._shields = 0
        self._main = threading.get_ident()
        signal.signal(_SIGNAL, self._interrupt)

    def request(self, reason: object) -> None:
        """Cancels the run and interrupts its main thread; from any thread, once."""
        if self._text is None:
            known = _REASONS.get(reason) if isinstance(reason, str) else None
            self._text = known or _REASONS["cancelled"]
            try:
                threading.Thread(target=self._signal, name="nen-cancel", daemon=True).start()
            except RuntimeError:
                # The workflow has used up its threads; mostly one signal is enough.
                signal.pthread_kill(self._main, _SIGNAL)

    def check(self) -> None:
        """Raises `Cancelled` when the run is cancelled."""
        if self._text is not None:
            if threading.get_ident() == self._main:
                self._settle()
            raise Cancelled(self._text)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Keeps the main thread from being interrupted in the middle of something; it is right after."""
        if threading.get_ident() != self._main:
            yield
            return
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
            if self._due():
                self.check()

    def end(self) -> None:
        """The workflow is over: nothing is left to interrupt."""
        self._settle()

    def _settle(self) -> None:
        # First the flag: a signal may come while the event's lock is held, and must not ask for it.
        self._settled = True
        self._told.set()

    def _due(self) -> bool:
        return self._text is not None and not self._settled and not self._shields

    def _signal(self) -> None:
        # Again and again, because one that comes just before the main thread begins to wait in the
        # system does not end that wait.
        while not self._settled:
            signal.pthread_kill(self._main, _SIGNAL)
            self._told.wait(_AGAIN)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._due():
            self.check()
