"""What can go wrong in a workflow.

`WorkflowError` is the base of everything a call raises. A workflow that lets an exception out of `run`
fails, and the exception's message is what the caller of the run gets to read.
"""

from __future__ import annotations

import builtins


class WorkflowError(Exception):
    """A step did not work out; base of the errors below."""


class RPCError(WorkflowError):
    """The other side, which drives the desktop, could not be talked to, or failed itself."""


class ConnectionLost(RPCError):
    """The connection broke or never came about. Trying again may help."""


class TimeoutError(WorkflowError, builtins.TimeoutError):
    """Something took longer than it may. Also caught by `except TimeoutError` without an import."""


class VerificationTimeout(TimeoutError):
    """What was to be seen on the screen did not appear in time."""


class ElementNotFound(WorkflowError):
    """What was to be used is not on the screen."""


class AuthenticationFailed(WorkflowError):
    """A key or a login was refused."""


class Cancelled(BaseException):
    """The run was cancelled or reached its time limit.

    Not an `Exception`, so that `except Exception` does not keep a cancelled run going. There are a few
    seconds for `finally` blocks; calls to the desktop raise it again.
    """


class InvalidWorkflow(WorkflowError):
    """The file is not a workflow: no fitting `run`, or models that cannot be used."""


class ParamsError(WorkflowError):
    """The params of a run do not fit the workflow's model."""


class ResultError(WorkflowError):
    """What `run` returned is not the promised result, or cannot be written as JSON."""


_ON_THE_WIRE: dict[str, type[BaseException]] = {
    kind.__name__: kind
    for kind in (
        WorkflowError,
        RPCError,
        ConnectionLost,
        TimeoutError,
        VerificationTimeout,
        ElementNotFound,
        AuthenticationFailed,
        Cancelled,
        ValueError,
    )
}


def from_wire(kind: object, message: object) -> BaseException:
    """The exception a worker names; a `WorkflowError` for a name of a later version."""
    text = message if isinstance(message, str) and message else "the worker gave no reason"
    known = _ON_THE_WIRE.get(kind) if isinstance(kind, str) else None
    return (known or WorkflowError)(text)
