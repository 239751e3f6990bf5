"""What calls raise.

Everything derives from `NenDesktopError`. Its text is one sentence: what was wrong, what would be
right, and the request id when the server gave one. It never holds a key.
"""

from __future__ import annotations


class NenDesktopError(Exception):
    """A call failed; base of all errors of this package.

    - `message`: what was wrong, as the server or this client says it.
    - `status_code`: the HTTP status, None when there was no answer.
    - `response_body`: the answer's body as text, empty when there was none.
    - `code`: what kind of error it is, such as `invalid_params`; on workflows, runs and settings
      only.
    - `request_id`: what the server calls the request in its log, when it says so.
    - `retry_after`: seconds after which the server wants to be asked again, when it says so.
    """

    def __init__(
        self,
        message: str,
        status_code: int | None = None,
        response_body: str = "",
        *,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status_code = status_code
        self.response_body = response_body
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        if self.request_id is None:
            return self.message
        return f"{self.message} (request {self.request_id})"


class ConfigurationError(NenDesktopError, ValueError):
    """The client cannot be used as it was set up: no key, a base URL that is none, no signing
    secret.
    """


class NenConnectionError(NenDesktopError, ConnectionError):
    """The server could not be reached, or the connection broke."""


class NenTimeoutError(NenConnectionError, TimeoutError):
    """There was no answer in time. Also caught by `except TimeoutError`."""


class UnexpectedAnswerError(NenDesktopError):
    """The answer is not one of a Nen server: the base URL is most likely another server's."""


class BadRequestError(NenDesktopError):
    """400: something in the request cannot be taken; the message names it."""


class AuthenticationError(NenDesktopError):
    """401: the key is missing or wrong, or a signature is."""


class PermissionDeniedError(NenDesktopError, PermissionError):
    """403: the key lacks a scope, which the message names, or the request had to be signed."""


class NotFoundError(NenDesktopError):
    """404: there is no such thing in the key's workspace."""


class UnknownRouteError(NotFoundError):
    """404 or 405 for the path itself: the server is too old for the call, or the base URL has a
    wrong path.
    """


class ConflictError(NenDesktopError):
    """409: not now. A person holds the desktop, the run has ended, or the like."""


class UnprocessableError(NenDesktopError):
    """422: understood, but it could not be done. The agent gave up, or an idempotency key was used
    before.
    """


class RateLimitError(NenDesktopError):
    """429: a quota of the workspace is used up."""


class ServerError(NenDesktopError):
    """5xx: the server or the desktop failed."""


class WebhookSignatureError(NenDesktopError, ValueError):
    """A webhook is not signed by the secret, or is too old."""


def class_of(status: int) -> type[NenDesktopError]:
    """The class for an HTTP status of 400 and above."""
    if status >= 500:
        return ServerError
    return _BY_STATUS.get(status, NenDesktopError)


_BY_STATUS: dict[int, type[NenDesktopError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableError,
    429: RateLimitError,
}
