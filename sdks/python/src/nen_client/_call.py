"""A call of the API as a value: what is asked for, how its answer is read, and what may be done
when it fails.

The functions in `calls` make them; `_blocking` and `_awaiting` carry them out.
"""

from __future__ import annotations

import enum
import functools
import json
import math
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

from ._body import Body, bytes_body

T = TypeVar("T")
U = TypeVar("U")


class OutdatedAnswerError(ValueError):
    """An answer shows that the server is too old to have understood the call."""


class Patience(enum.Enum):
    """How long an answer may take."""

    USUAL = "timeout"
    LONG = "long_timeout"
    # The server gives the agent 1800 s.
    AGENT = "agent"
    # Only silence ends it.
    STREAM = "inactivity_timeout"


AGENT_SECONDS = 1830.0


class Plan(Generic[T]):
    """Something to be carried out that answers a `T`."""


@dataclass(frozen=True)
class Call(Plan[T]):
    """One request, and what becomes of its answer."""

    method: str
    # Percent-encoded, without the query.
    path: str
    read: Callable[[httpx.Response], T] = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Body | None = field(default=None, repr=False)
    patience: Patience = Patience.USUAL
    # Seconds that the call itself takes, beside waiting for the server.
    extra_seconds: float = 0.0
    # Seconds after which its caller has no use for the answer.
    at_most: float = math.inf
    # Set where the method says otherwise than the call is.
    repeatable: bool | None = None
    # Repetitions beyond what the client is set to: a stream that was there is worth some patience.
    more_retries: int = 0
    # A body that holds secrets has to be signed.
    signed: bool = False
    # Links with a signature of their own are opened without the key.
    with_key: bool = True
    # Whether the server may answer with a link to an object store.
    may_lead: bool = False

    def may_be_repeated(self) -> bool:
        """Whether sending it twice does what sending it once does."""
        if self.body is not None and not self.body.replayable:
            return False
        if self.repeatable is not None:
            return self.repeatable
        return self.method in ("GET", "HEAD", "PUT", "DELETE") or "Idempotency-Key" in self.headers

    def reading(self, read: Callable[[httpx.Response], U]) -> Call[U]:
        """The same request, whose answer is read in another way."""
        return replace(self, read=read)  # type: ignore[arg-type, return-value]

    def is_conditional(self) -> bool:
        """Whether 304 is an answer to it."""
        return "If-None-Match" in self.headers


def path(*segments: str | int) -> str:
    """A path of segments, each percent-encoded as a whole: a slash in one does not part it."""
    encoded = []
    for segment in map(str, segments):
        # These would not be segments any more: they change what the path leads to.
        if segment in ("", ".", ".."):
            raise ValueError(
                f"{segment!r} cannot be an id or a name: it would lead to another path"
            )
        encoded.append(quote(segment, safe=""))
    return "/" + "/".join(encoded)


def query(**parameters: str | int | bool | None) -> tuple[tuple[str, str], ...]:
    """The parameters that are given, as text."""
    return tuple(
        (name, str(value).lower() if isinstance(value, bool) else str(value))
        for name, value in parameters.items()
        if value is not None
    )


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are given: None is what was left out."""
    return {name: value for name, value in fields.items() if value is not None}


def json_body(value: Any) -> Body:
    """A JSON body. Objects of other libraries are written by their `model_dump`."""
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    )
    return bytes_body(text.encode(), "application/json")


def _plain(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)
    if dump is None:
        raise TypeError(f"{type(value).__name__} cannot be written as JSON")
    # As it came over the wire: only what was there, by the names it had there.
    return dump(mode="json", by_alias=True, exclude_unset=True)


def creating(idempotency_key: str | None) -> dict[str, str]:
    """Headers of a call that makes something: repeated, it makes no second one."""
    return {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}


def reads(kind: type[T]) -> Callable[[httpx.Response], T]:
    """Reads the answer as a model, or as a list of them: `reads(list[Key])`."""
    key: Any = kind
    adapter: TypeAdapter[T] = _adapter(key)

    def read(response: httpx.Response) -> T:
        return adapter.validate_json(response.content)

    return read


def part(first_byte: int | None, last_byte: int | None) -> dict[str, str]:
    """Headers that ask for a part; both ends are included, None is the end of the file."""
    if first_byte is None and last_byte is None:
        return {}
    return {"Range": f"bytes={first_byte or 0}-{'' if last_byte is None else last_byte}"}


def unless(etag: str | None) -> dict[str, str]:
    """Headers that ask for what is not this any more."""
    return {} if etag is None else {"If-None-Match": etag}


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def nothing(response: httpx.Response) -> None:
    """Reads nothing: the call has no answer but that it worked."""


def whole(response: httpx.Response) -> httpx.Response:
    """Leaves the answer as it is."""
    return response
