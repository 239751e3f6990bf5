"""When a call is sent again, and after how long. Decides only; sending and waiting is done by
whoever drives it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from . import _failure
from ._call import Call
from ._link import MOST_LINKS, link_of
from ._settings import Settings

_log = logging.getLogger("nen_client")

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0
# Seconds. A server that wants more is told to the caller, who knows better what to do meanwhile.
LONGEST_RETRY_AFTER = 60.0

_TRY_AGAIN = (429, 502, 503, 504)
# No connection came about, so nothing was asked for.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

# Who did not answer in time is not made faster by a second request, nor is what cannot be sent
# better at the second try.
_FOR_GOOD = (httpx.TimeoutException, httpx.LocalProtocolError)


@dataclass(frozen=True)
class Send:
    """Send the request and come back with its answer, or with what went wrong."""

    # Where the server says that the answer is; None for the server itself.
    link: httpx.URL | None = None


@dataclass(frozen=True)
class Pause:
    """Wait."""

    seconds: float


Step: TypeAlias = "Send | Pause"
Outcome: TypeAlias = "httpx.Response | httpx.RequestError | None"


def attempts(call: Call[Any], settings: Settings) -> Generator[Step, Outcome, httpx.Response]:
    """The steps of a call up to its answer. Raises the error of the last try."""
    arrived = False
    retries = settings.max_retries + call.more_retries
    for number in range(retries + 1):
        outcome = yield Send()
        for _ in range(MOST_LINKS):
            link = link_of(call, outcome) if isinstance(outcome, httpx.Response) else None
            if link is None:
                break
            outcome = yield Send(link)
        if isinstance(outcome, httpx.Response):
            error = _failure.of_answer(call, settings, outcome)
            if error is None:
                return outcome
            again = call.may_be_repeated() and _is_passing(outcome.status_code, arrived)
            arrived = True
            cause = None
        else:
            assert outcome is not None
            error = _failure.of_transport(call, settings, outcome)
            again = isinstance(outcome, _NEVER_SENT) or (
                call.may_be_repeated() and not isinstance(outcome, _FOR_GOOD)
            )
            arrived = arrived or not isinstance(outcome, _NEVER_SENT)
            cause = outcome
        seconds = error.retry_after if error.retry_after is not None else back_off(number)
        if not again or number == retries or seconds > LONGEST_RETRY_AFTER:
            raise error from cause
        _log.info(
            "Trying a call again",
            extra={"method": call.method, "status": error.status_code, "seconds": seconds},
        )
        yield Pause(seconds)
    raise AssertionError("the last try returns or raises")


def _is_passing(status: int, arrived: bool) -> bool:
    # A conflict after a try whose answer was lost: the server is still at the first one.
    return status in _TRY_AGAIN or (status == 409 and arrived)


def back_off(number: int) -> float:
    """Seconds before the try after try `number`, 0 for the first. Drawn by chance, so that clients
    do not come all at once.
    """
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**number) * random.uniform(0.5, 1.0)
