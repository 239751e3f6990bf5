"""Events and logs that are followed over lost connections, and runs that are waited for."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from clients import Client
from examples_of import DESKTOP, ENDED, RUN
from fake_server import FakeServer, Reply

from nen_client import Nen, NenConnectionError, NenTimeoutError, NotFoundError, ServerError

RUN_ID = RUN["message_id"]
SSE = {"Content-Type": "text/event-stream"}
NDJSON = {"Content-Type": "application/x-ndjson"}


def event(number: int, kind: str = "action", **data: Any) -> bytes:
    said = {"id": number, "kind": kind, "at": 1743447260.5, "data": data}
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(said)}\n\n".encode()


def record(number: int, text: str = "said") -> bytes:
    said = {"seq": number, "at": 1795377600.123, "stream": "stdout", "text": text}
    return json.dumps(said).encode() + b"\n"


def gone() -> dict[str, str]:
    return {"error": "no desktop with this id in this workspace"}


def test_events_end_with_the_desktop(client: Client, server: FakeServer) -> None:
    events = [b": hello\n\n", event(1, by="idle"), event(2, "desktop.deleted")]
    server.add(Reply(headers=SSE, chunks=[*events, event(3)]))
    found = client.all("events", "dsk_1")
    assert [(one.id, one.kind, one.data) for one in found][:2] == [
        (1, "action", {"by": "idle"}),
        (2, "desktop.deleted", {}),
    ]
    assert found[0].at == 1743447260.5
    assert server.asked() == ["GET /desktops/dsk_1/events"]
    assert server.last.headers["Last-Event-ID"] is None


def test_events_go_on_where_the_connection_broke(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=SSE, chunks=[event(1), event(2), event(3)[:20]], breaks=True))
    server.reply({"error": "busy"}, 503, Retry_After="2")
    server.add(Reply(headers=SSE, chunks=[event(3), event(4, "desktop.deleted")]))
    assert [one.id for one in client.all("events", "dsk_1")] == [1, 2, 3, 4]
    assert server.asked() == ["GET /desktops/dsk_1/events"] * 3
    assert server.last.headers["Last-Event-ID"] == "2"
    assert client.pauses == [2.0]


def test_a_server_that_is_started_anew_is_waited_for(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=SSE, chunks=[event(1)]))
    for _ in range(6):
        server.reply({"error": "starting"}, 503)
    server.add(Reply(headers=SSE, chunks=[event(2, "desktop.deleted")]))
    assert [one.id for one in client.all("events", "dsk_1")] == [1, 2]
    assert 12 < sum(client.pauses) < 24


def test_a_server_that_does_not_come_back_is_an_error(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=SSE, chunks=[event(1)]))
    for _ in range(7):
        server.reply({"error": "starting"}, 503)
    with pytest.raises(ServerError, match="starting"):
        client.all("events", "dsk_1")
    assert len(server.seen) == 8


def test_events_can_begin_after_one_that_is_known(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=SSE, chunks=[event(8, "desktop.deleted")]))
    client.all("events", "dsk_1", after=7)
    assert server.last.headers["Last-Event-ID"] == "7"


def test_a_server_that_began_to_count_anew_is_followed(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=SSE, chunks=[event(40)]))
    server.add(Reply(headers=SSE, chunks=[event(1), event(2, "desktop.deleted")]))
    assert [one.id for one in client.all("events", "dsk_1")] == [40, 1, 2]


def test_a_stream_that_ends_is_asked_about(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=SSE, chunks=[b": nothing yet\n\n"]))
    server.reply(DESKTOP)
    server.add(Reply(headers=SSE, chunks=[b": nothing yet\n\n"]))
    server.reply({**DESKTOP, "status": "deleted"})
    assert client.all("events", "dsk_1") == []
    desktop, events = "GET /desktops/dsk_1", "GET /desktops/dsk_1/events"
    assert server.asked() == [events, desktop, events, desktop]
    assert len(client.pauses) == 1


def test_a_desktop_that_is_gone_meanwhile_ends_the_stream(
    client: Client, server: FakeServer
) -> None:
    server.add(Reply(headers=SSE, chunks=[event(1)]))
    server.reply(gone(), 404)
    assert [one.id for one in client.all("events", "dsk_1")] == [1]


def test_a_desktop_that_was_never_there_is_an_error(client: Client, server: FakeServer) -> None:
    server.reply(gone(), 404)
    with pytest.raises(NotFoundError, match="no desktop with this id"):
        client.all("events", "dsk_1")


def test_a_server_that_says_nothing_is_not_asked_without_pause(
    client: Client, server: FakeServer
) -> None:
    for _ in range(3):
        server.add(Reply(headers=SSE, chunks=[])).reply(DESKTOP)
    server.add(Reply(headers=SSE, chunks=[event(1, "desktop.deleted")]))
    client.all("events", "dsk_1")
    first, second, third = client.pauses
    assert first <= 0.5 <= second <= 1.0 <= third <= 2.0


def test_a_stream_that_always_breaks_at_once_is_an_error(
    client: Client, server: FakeServer
) -> None:
    for _ in range(5):
        server.add(Reply(headers={**SSE, "Content-Length": "9"}, breaks=True))
    with pytest.raises(NenConnectionError, match="broke during GET /desktops/dsk_1/events"):
        client.all("events", "dsk_1")
    assert len(server.seen) == 3


def test_silence_is_no_end(client: Client, server: FakeServer) -> None:
    gate = threading.Event()
    server.add(Reply(headers=SSE, chunks=[event(1), b""], until=gate))
    server.add(Reply(headers=SSE, chunks=[event(2, "desktop.deleted")]))
    client.settings["inactivity_timeout"] = 0.1
    assert [one.id for one in client.all("events", "dsk_1")] == [1, 2]
    gate.set()


@pytest.mark.parametrize(
    ("message", "kind", "data"),
    [
        (b'event: lagged\ndata: {"lost":3}\n\n', "lagged", {"lost": 3}),
        (b"event: news\ndata: not json\n\n", "news", {"text": "not json"}),
        (b"data: [1]\n\n", "message", {"text": [1]}),
        (b'event: x\ndata: {"id": "seven", "kind": "x"}\n\n', "x", {"id": "seven", "kind": "x"}),
    ],
)
def test_events_of_an_unknown_shape_are_events(
    client: Client, server: FakeServer, message: bytes, kind: str, data: Any
) -> None:
    server.add(Reply(headers=SSE, chunks=[message, event(1, "desktop.deleted")]))
    first = client.all("events", "dsk_1")[0]
    assert (first.id, first.kind, first.data) == (None, kind, data)


def test_nothing_is_missed_between_asking_and_reading(server: FakeServer) -> None:
    server.add(Reply(headers=SSE, chunks=[event(1, "desktop.deleted")]))
    with Nen("sk_nen_x", server.url) as client, client.events("dsk_1") as events:
        assert server.asked() == ["GET /desktops/dsk_1/events"]
        assert [one.kind for one in events] == ["desktop.deleted"]


def test_a_stream_can_be_left(server: FakeServer) -> None:
    never = threading.Event()
    server.add(Reply(headers=SSE, chunks=[event(1), event(2)], until=never))
    with Nen("sk_nen_x", server.url) as client:
        with client.events("dsk_1") as events:
            assert next(events).id == 1
        with pytest.raises(StopIteration):
            next(events)
    never.set()


def test_a_log_ends_with_its_run(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=NDJSON, chunks=[record(1), record(2, "ü")[:30], record(2, "ü")[30:]]))
    server.add(Reply(headers=NDJSON, chunks=[]))
    server.reply(ENDED)
    found = client.all("follow_run_logs", RUN_ID)
    assert [(one.seq, one.stream, one.text) for one in found] == [
        (1, "stdout", "said"),
        (2, "stdout", "ü"),
    ]
    assert server.asked() == [
        f"GET /runs/{RUN_ID}/logs?follow=true",
        f"GET /runs/{RUN_ID}/logs?follow=true&after=2",
        f"GET /runs/{RUN_ID}",
    ]
    assert server.seen[0].headers["Accept"] == "application/x-ndjson"


def test_a_log_goes_on_where_it_broke_off_also_when_its_run_has_ended(
    client: Client, server: FakeServer
) -> None:
    server.add(Reply(headers=NDJSON, chunks=[record(8), record(9)[:9]], breaks=True))
    server.add(Reply(headers=NDJSON, chunks=[record(9)]))
    server.add(Reply(headers=NDJSON, chunks=[]))
    server.reply(ENDED)
    assert [one.seq for one in client.all("follow_run_logs", RUN_ID, after=7)] == [8, 9]
    assert [path.rpartition("=")[2] for path in server.asked()[:3]] == ["7", "8", "9"]


def test_a_server_that_stops_does_not_end_the_log(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=NDJSON, chunks=[])).reply(RUN)
    server.add(Reply(headers=NDJSON, chunks=[record(1)]))
    server.add(Reply(headers=NDJSON, chunks=[])).reply(ENDED)
    assert [one.seq for one in client.all("follow_run_logs", RUN_ID)] == [1]


def test_what_is_no_record_is_passed_over(client: Client, server: FakeServer) -> None:
    unknown = b'{"later": true}\nnot json\n\n'
    server.add(Reply(headers=NDJSON, chunks=[unknown, record(1), record(2)[:-1]]))
    server.add(Reply(headers=NDJSON, chunks=[])).reply(ENDED)
    assert [one.seq for one in client.all("follow_run_logs", RUN_ID)] == [1, 2]


def test_a_log_as_it_is_so_far(client: Client, server: FakeServer) -> None:
    server.add(Reply(200, b"2026-11-22T20:00:00.123Z stdout \xc3\xbc\n"))
    assert client.ask("get_run_logs", "r", after=3) == "2026-11-22T20:00:00.123Z stdout ü\n"
    assert server.last.path == "/runs/r/logs?after=3"
    assert server.last.headers["Accept"] == "text/plain"
    server.add(Reply(200, record(1) + record(2), NDJSON))
    assert [one.seq for one in client.ask("get_run_log_records", "r")] == [1, 2]
    assert server.last.headers["Accept"] == "application/x-ndjson"


def test_waiting_ends_with_the_run(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=NDJSON, chunks=[]))
    server.reply(ENDED)
    run = client.ask("wait_run", RUN_ID)
    assert run.ended
    assert run.result == {"total": 1204.5}
    assert server.asked() == [
        f"GET /runs/{RUN_ID}/logs?follow=true&after=9223372036854775807",
        f"GET /runs/{RUN_ID}",
    ]


def test_waiting_goes_on_while_the_run_does(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=NDJSON, chunks=[], breaks=True))
    server.add(Reply(headers=NDJSON, chunks=[])).reply(RUN)
    server.add(Reply(headers=NDJSON, chunks=[])).reply(ENDED)
    assert client.ask("wait_run", RUN_ID, timeout=100).run_status == "completed"


def test_waiting_has_an_end(client: Client, server: FakeServer) -> None:
    gate = threading.Event()
    server.add(Reply(headers=NDJSON, chunks=[b""], until=gate))
    with pytest.raises(NenTimeoutError, match=r"has not ended within 0.1 s and goes on"):
        client.ask("wait_run", RUN_ID, timeout=0.1)
    gate.set()
    assert len(server.seen) == 1


def test_waiting_for_a_run_that_is_not_there(client: Client, server: FakeServer) -> None:
    server.add(Reply(headers=NDJSON, chunks=[]))
    server.reply({"error": "not_found", "message": "no run"}, 404)
    with pytest.raises(NotFoundError, match="no run"):
        client.ask("wait_run", RUN_ID)


def test_all_pages_are_asked_for_as_they_are_needed(client: Client, server: FakeServer) -> None:
    server.reply({"runs": [RUN, RUN], "next_cursor": "c/1"}).reply({"runs": [ENDED]})
    assert [run.ended for run in client.all("iterate_runs", status="running", limit=2)] == [
        False,
        False,
        True,
    ]
    assert server.asked() == [
        "GET /runs?status=running&limit=2",
        "GET /runs?status=running&limit=2&cursor=c%2F1",
    ]


def test_no_page_is_asked_for_too_early(server: FakeServer) -> None:
    server.reply({"runs": [RUN, RUN], "next_cursor": "c"})
    with Nen("sk_nen_x", server.url) as client:
        assert next(client.iterate_runs()).message_id == RUN_ID
    assert len(server.seen) == 1


def test_all_steps(client: Client, server: FakeServer) -> None:
    step = {"call": "computer.type", "args": {}, "status": "ok", "started_at": 1.5}
    server.reply({"steps": [{"number": 1, **step}, {"number": 2, **step}]}).reply({"steps": []})
    assert [one.number for one in client.all("iterate_run_steps", "r")] == [1, 2]
    assert server.last.path == "/runs/r/steps?after=2&limit=1000"
