"""Events of a whole workspace, which nobody can go on from where he was."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from clients import Client
from fake_server import FakeServer, Reply

from nen_client import AuthenticationError, Nen, NenConnectionError, NotFoundError

SSE = {"Content-Type": "text/event-stream"}


def event(desktop: str, number: int, kind: str = "action") -> bytes:
    said = {"desktop_id": desktop, "id": number, "kind": kind, "at": 5.5, "data": {"by": "idle"}}
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(said)}\n\n".encode()


def told(events: list[Any]) -> list[tuple[Any, ...]]:
    return [
        (one.kind, one.data) if one.desktop_id is None else (one.desktop_id, one.id, one.kind)
        for one in events
    ]


def test_each_connection_says_that_it_begins(client: Client, server: FakeServer) -> None:
    begun = [b": hello\n\n", event("dsk_1", 7, "desktop.created"), event("dsk_2", 3)]
    server.add(Reply(headers=SSE, chunks=[*begun, event("dsk_1", 8)[:20]], breaks=True))
    server.reply({"error": "busy"}, 503)
    lagged = b'event: lagged\ndata: {"lost":5}\n\n'
    server.add(Reply(headers=SSE, chunks=[lagged, event("dsk_1", 9, "picture")]))
    server.add(Reply(headers=SSE, chunks=[]))
    events = client.first(9, "workspace_events")
    why = events[3].data["error"]
    assert "broke during GET /events" in why
    assert told(events) == [
        ("connected", {"again": False}),
        ("dsk_1", 7, "desktop.created"),
        ("dsk_2", 3, "action"),
        ("disconnected", {"error": why}),
        ("connected", {"again": True}),
        ("lagged", {"lost": 5}),
        ("dsk_1", 9, "picture"),
        ("disconnected", {"error": None}),
        ("connected", {"again": True}),
    ]
    assert (events[1].at, events[1].data) == (5.5, {"by": "idle"})
    assert server.asked() == ["GET /events"] * 4
    # An id says nothing about the other desktops.
    assert all(seen.headers["Last-Event-ID"] is None for seen in server.seen)


def test_there_is_no_end_to_ask_for(client: Client, server: FakeServer) -> None:
    for _ in range(4):
        server.add(Reply(headers=SSE, chunks=[b": nothing yet\n\n"]))
    kinds = [one.kind for one in client.first(7, "workspace_events")]
    assert kinds == ["connected", "disconnected"] * 3 + ["connected"]
    assert server.asked() == ["GET /events"] * 4
    first, second, third = client.pauses
    assert first <= 0.5 <= second <= 1.0 <= third <= 2.0


@pytest.mark.parametrize(("status", "error"), [(401, AuthenticationError), (404, NotFoundError)])
def test_what_may_not_be_followed_any_more_is_an_error(
    client: Client, server: FakeServer, status: int, error: type[Exception]
) -> None:
    server.add(Reply(headers=SSE, chunks=[event("dsk_1", 1)]))
    server.reply({"error": "no"}, status)
    with pytest.raises(error):
        client.all("workspace_events")


def test_what_always_breaks_at_once_is_an_error(client: Client, server: FakeServer) -> None:
    for _ in range(5):
        server.add(Reply(headers={**SSE, "Content-Length": "9"}, breaks=True))
    with pytest.raises(NenConnectionError, match="broke during GET /events"):
        client.all("workspace_events")
    assert len(server.seen) == 3


def test_it_can_be_left_at_its_first_event(server: FakeServer) -> None:
    never = threading.Event()
    server.add(Reply(headers=SSE, chunks=[b""], until=never))
    with Nen("sk_nen_x", server.url) as client:
        with client.workspace_events() as events:
            assert next(events).kind == "connected"
        with pytest.raises(StopIteration):
            next(events)
    never.set()
