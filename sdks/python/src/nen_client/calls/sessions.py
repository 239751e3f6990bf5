"""The live view of a desktop, and the agent that acts on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
from pydantic import TypeAdapter

from .._call import Call, Patience, T, given, json_body, nothing, path, reads
from ..models import AgentReport, SessionInfo


def create_session(
    desktop_id: str, *, interactive: bool | None = None, takeover: bool | None = None
) -> Call[SessionInfo]:
    """Opens the live view, or gives a fresh link to the one there is.

    Without arguments an existing one stays as it is; with some it becomes what they say. `takeover`
    lets a person hold the desktop, which needs `interactive`.
    """
    asked = given(interactive=interactive, takeover=takeover)
    return Call(
        "PUT",
        path("desktops", desktop_id, "session"),
        reads(SessionInfo),
        body=json_body(asked) if asked else None,
    )


def get_session(desktop_id: str) -> Call[SessionInfo]:
    """The live view, with a fresh link; `NotFoundError` when there is none."""
    return Call("GET", path("desktops", desktop_id, "session"), reads(SessionInfo))


def delete_session(desktop_id: str) -> Call[None]:
    """Ends the live view, disconnects viewers and hands a held desktop back. Fine when there is
    none.
    """
    return Call("DELETE", path("desktops", desktop_id, "session"), nothing)


def agent_execute(
    desktop_id: str,
    instruction: str,
    *,
    max_iterations: int | None = None,
    model: str | None = None,
    max_cost_usd: float | None = None,
) -> Call[AgentReport]:
    """Has a vision model act until the instruction is done; up to half an hour.

    `max_iterations` are answers of the model (10), `max_cost_usd` US dollars. Raises
    `UnprocessableError` when it could not be done within them. Stops when the caller goes away, and
    is never sent twice.
    """
    body = given(
        instruction=instruction,
        max_iterations=max_iterations,
        model=model,
        max_cost_usd=max_cost_usd,
    )
    return _asked(desktop_id, "execute", body, AgentReport)


def agent_verify(
    desktop_id: str, condition: str, *, timeout: float | None = None, model: str | None = None
) -> Call[bool]:
    """Whether something holds on the screen, or comes to within `timeout` seconds (10)."""
    return _asked(
        desktop_id, "verify", given(condition=condition, timeout=timeout, model=model), bool
    )


def agent_extract(
    desktop_id: str, query: str, schema: Mapping[str, Any], *, model: str | None = None
) -> Call[Any]:
    """Reads something off the screen in the shape of a JSON Schema.

    Raises `UnprocessableError` when the model's answers do not fit the schema.
    """
    body = given(query=query, schema=dict(schema), model=model)
    return _asked(desktop_id, "extract", body, object)


def _asked(desktop_id: str, what: str, body: dict[str, Any], kind: type[T]) -> Call[T]:
    return Call(
        "POST",
        path("desktops", desktop_id, "agent", what),
        _result(kind),
        body=json_body(body),
        patience=Patience.AGENT,
    )


def _result(kind: type[T]) -> Callable[[httpx.Response], T]:
    adapter: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
    result: TypeAdapter[T] = TypeAdapter(kind if kind is not object else Any)

    def read(response: httpx.Response) -> T:
        return result.validate_python(adapter.validate_json(response.content).get("result"))

    return read
