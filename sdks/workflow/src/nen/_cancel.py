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

_REASONS = {
    "cancelled": "the run was cancelled",
    "timeout": "the run reached its time limit",
}


class Cancellation:
    """Whether the run is cancelled, and who has been told. Made on the main thread."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._told = False
        self._shields = 0
        self._over = False
        self._main = threading.get_ident()
        signal.signal(_SIGNAL, self._interrupt)

    def request(self, reason: object) -> None:
        """Cancels the run and interrupts its main thread; from any thread, once."""
        if self._text is None:
            known = _REASONS.get(reason) if isinstance(reason, str) else None
            self._text = known or _REASONS["cancelled"]
            signal.pthread_kill(self._main, _SIGNAL)

    def check(self) -> None:
        """Raises `Cancelled` when the run is cancelled."""
        if self._text is not None:
            if threading.get_ident() == self._main:
                self._told = True
            raise Cancelled(self._text)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Keeps the main thread from being interrupted in the middle of something."""
        if threading.get_ident() != self._main:
            yield
            return
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1

    def end(self) -> None:
        """The workflow is over: nothing is left to interrupt."""
        self._over = True

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        # Inside a shield nothing is lost: what is shielded looks at `check` when it is done.
        if self._text is None or self._told or self._over or self._shields:
            return
        self.check()
