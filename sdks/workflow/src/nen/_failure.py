"""What a run failed with, for the one who started it."""

from __future__ import annotations

import os
import traceback
from types import TracebackType

from .errors import InvalidWorkflow, ParamsError, ResultError

_MOST_MESSAGE = 10_000
_MOST_TRACEBACK = 20_000

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep

# Errors that are about the workflow as a whole: no line of it raised them.
_ABOUT_THE_WHOLE = (InvalidWorkflow, ParamsError, ResultError)


def describe(error: BaseException) -> dict[str, str]:
    """Message, class name and traceback of an exception, whatever it is made of."""
    return {
        "error": cut(message(error), _MOST_MESSAGE),
        "error_type": cut(type(error).__name__, _MOST_MESSAGE),
        "traceback": cut(trace(error), _MOST_TRACEBACK),
    }


def message(error: BaseException) -> str:
    """An exception in words; its class name when it has none."""
    if isinstance(error, SystemExit):
        return f"the workflow called sys.exit({'' if error.code is None else _safely(error.code)})"
    if isinstance(error, KeyboardInterrupt):
        return "the workflow was interrupted (KeyboardInterrupt)"
    return _safely(error) or type(error).__name__


def trace(error: BaseException) -> str:
    """The traceback, from the workflow's first line on."""
    if isinstance(error, _ABOUT_THE_WHOLE):
        return f"{type(error).__name__}: {_safely(error)}\n"
    try:
        lines = traceback.format_exception(type(error), error, _workflow_part(error.__traceback__))
        return "".join(lines)
    except BaseException as broken:  # noqa: BLE001 - the exception's own code has no say
        return f"{type(error).__name__}: its traceback cannot be shown ({type(broken).__name__})\n"


def _workflow_part(start: TracebackType | None) -> TracebackType | None:
    while start is not None:
        path = start.tb_frame.f_code.co_filename
        if not path.startswith("<frozen ") and not os.path.abspath(path).startswith(_PACKAGE):
            return start
        start = start.tb_next
    return None


def _safely(value: object) -> str:
    try:
        return str(value)
    except BaseException as broken:  # noqa: BLE001 - whatever a __str__ does, also sys.exit
        return f"<{type(value).__name__}, whose __str__ raised {type(broken).__name__}>"


def cut(text: str, most: int = _MOST_MESSAGE) -> str:
    """A text without its middle where it is too long, and without half characters."""
    # Half characters would make the message unreadable as a whole.
    text = text.encode("utf-8", "backslashreplace").decode()
    if len(text) <= most:
        return text
    note = f"\n… {len(text) - most} characters left out …\n"
    head = (most - len(note) - 10) // 2
    return f"{text[:head]}{note}{text[-head:]}"
