"""When a call is sent again, and when it must not be."""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Callable

import httpx
import pytest
from clients import Client
from examples_of import DESKTOP
from fake_server import FakeServer, Reply

from nen_client import (
    ConflictError,
    Nen,
    NenConnectionError,
    NenTimeoutError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from nen_client._attempts import back_off
from nen_client._failure import retry_after

BUSY = {"error": "the server is busy, come again"}


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_call_that_only_looks_is_asked_again(
    client: Client, server: FakeServer, status: int
) -> None:
    server.reply(BUSY, status).reply(BUSY, status).reply([])
    assert client.ask("list_desktops") == []
    assert server.asked() == ["GET /desktops"] * 3
    first, second = client.pauses
    assert 0.25 <= first <= 0.5
    assert 0.5 <= second <= 1.0


def test_it_is_given_up_after_two_repetitions(client: Client, server: FakeServer) -> None:
    for _ in range(4):
        server.reply(BUSY, 503)
    with pytest.raises(ServerError, match="the server is busy") as caught:
        client.ask("list_desktops")
    assert caught.value.status_code == 503
    assert len(server.seen) == 3


def test_the_number_of_repetitions_can_be_chosen(
    make: Callable[..., Client], server: FakeServer
) -> None:
    server.reply(BUSY, 503)
    with pytest.raises(ServerError):
        make(max_retries=0).ask("list_desktops")
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 500])
def test_what_will_not_pass_is_not_asked_again(
    client: Client, server: FakeServer, status: int
) -> None:
    server.reply({"error": "no"}, status)
    with pytest.raises(Exception, match="answered"):
        client.ask("list_desktops")
    assert len(server.seen) == 1


def test_a_creation_is_repeated_with_the_same_idempotency_key(
    client: Client, server: FakeServer
) -> None:
    server.reply(BUSY, 503).add(Reply(silent=True)).reply(DESKTOP, 201)
    assert client.ask("create_desktop").desktop_id == DESKTOP["desktop_id"]
    keys = {seen.headers["Idempotency-Key"] for seen in server.seen}
    assert len(server.seen) == 3
    assert len(keys) == 1
    assert len(keys.pop()) >= 16


def test_two_creations_have_different_idempotency_keys(client: Client, server: FakeServer) -> None:
    server.reply(DESKTOP, 201).reply(DESKTOP, 201)
    client.ask("create_desktop")
    client.ask("create_desktop")
    first, second = server.seen
    assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("start_run", ["wf"]),
        ("create_key", ["deploy", ["admin"]]),
        ("upload_workflow", ["invoices", {"workflow.py": ""}]),
    ],
)
def test_everything_that_makes_something_has_an_idempotency_key(
    client: Client, server: FakeServer, method: str, arguments: list[object]
) -> None:
    server.reply({"error": "Invalid request", "message": "no"}, 400)
    with pytest.raises(Exception, match="no"):
        client.ask(method, *arguments)
    assert server.last.headers["Idempotency-Key"]


def test_a_conflict_passes_when_the_first_try_is_still_going_on(
    client: Client, server: FakeServer
) -> None:
    server.add(Reply(silent=True))
    server.reply({"error": "the first request with this key still runs"}, 409, Retry_After="1")
    server.reply(DESKTOP, 201)
    assert client.ask("create_desktop").status == "running"
    assert client.pauses[1] == 1.0


def test_a_conflict_of_a_first_try_is_an_error(client: Client, server: FakeServer) -> None:
    server.reply({"error": "the first request with this key still runs"}, 409)
    with pytest.raises(ConflictError):
        client.ask("create_desktop", idempotency_key="mine")
    assert server.last.headers["Idempotency-Key"] == "mine"
    assert len(server.seen) == 1


@pytest.mark.parametrize("reply", [Reply(silent=True), Reply(503, b'{"error": "busy"}')])
@pytest.mark.parametrize(
    ("method", "arguments", "options"),
    [
        ("left_click", ["dsk_1", 1, 2], {}),
        ("execute", ["dsk_1"], {"tool": "bash", "action": "run"}),
        ("execute_batch", ["dsk_1", []], {}),
        ("calls", ["dsk_1", []], {"dialect": "openai"}),
        ("agent_execute", ["dsk_1", "Open it"], {}),
        ("update_desktop", ["dsk_1"], {"name": "x"}),
        ("pause_desktop", ["dsk_1"], {}),
        ("rollback_workflow", ["wf", 1], {}),
        ("publish_workflow", ["wf", {}], {}),
        ("resend_run_webhook", ["run", "msg_1"], {}),
        ("upload_file", ["dsk_1", "a.txt", b"x"], {}),
        ("write_file", ["dsk_1", "~/a.txt", b"x"], {"append": True}),
        ("write_file", ["dsk_1", "~/a.txt", iter([b"x"])], {}),
    ],
)
def test_what_acts_is_never_sent_twice(
    client: Client,
    server: FakeServer,
    reply: Reply,
    method: str,
    arguments: list[object],
    options: dict[str, object],
) -> None:
    server.add(reply)
    with pytest.raises((NenConnectionError, ServerError)) as caught:
        client.ask(method, *arguments, **options)
    assert len(server.seen) == 1
    if reply.silent:
        assert "it may have been done all the same" in str(caught.value)


def test_what_acts_is_sent_again_while_no_connection_comes_about(
    make: Callable[..., Client],
) -> None:
    client = make(base_url="http://127.0.0.1:1")
    with pytest.raises(NenConnectionError, match="no Nen server can be reached"):
        client.ask("left_click", "dsk_1", 1, 2)
    assert len(client.pauses) == 2


def test_a_broken_connection_is_tried_again(client: Client, server: FakeServer) -> None:
    server.add(Reply(silent=True))
    server.add(Reply(200, b"[", {"Content-Length": "2"}, breaks=True))
    server.reply([])
    assert client.ask("list_desktops") == []
    assert len(server.seen) == 3


def test_who_does_not_answer_in_time_is_not_asked_again(
    make: Callable[..., Client], server: FakeServer
) -> None:
    never = threading.Event()
    server.add(Reply(until=never))
    with pytest.raises(NenTimeoutError, match=r"no answer to GET /desktops within 0.1 s"):
        make(timeout=0.1).ask("list_desktops")
    never.set()
    assert len(server.seen) == 1


def test_a_deletion_is_repeated(client: Client, server: FakeServer) -> None:
    server.reply(BUSY, 502).reply({"desktop_id": "dsk_1", "status": "deleted"})
    assert client.ask("delete_desktop", "dsk_1").status == "deleted"


@pytest.mark.parametrize("text", ["7", "7.5", "soon", ""])
def test_retry_after_in_seconds_is_kept(client: Client, server: FakeServer, text: str) -> None:
    server.reply(BUSY, 429, Retry_After=text).reply([])
    client.ask("list_desktops")
    if text == "7":
        assert client.pauses == [7.0]
    else:
        assert client.pauses[0] <= 0.5


def test_retry_after_as_a_date_is_kept(client: Client, server: FakeServer) -> None:
    date = email.utils.formatdate(time.time() + 20, usegmt=True)
    server.reply(BUSY, 503, Retry_After=date).reply([])
    client.ask("list_desktops")
    assert 15 <= client.pauses[0] <= 20


def test_a_date_that_has_passed_is_now() -> None:
    assert retry_after(httpx.Headers({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})) == 0.0


def test_a_server_that_wants_long_is_told_to_the_caller(client: Client, server: FakeServer) -> None:
    server.reply(BUSY, 429, Retry_After="3600")
    with pytest.raises(RateLimitError) as caught:
        client.ask("list_desktops")
    assert caught.value.retry_after == 3600.0
    assert client.pauses == []


def test_pauses_grow_and_have_an_end() -> None:
    for number, longest in enumerate([0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]):
        pauses = {back_off(number) for _ in range(50)}
        assert longest / 2 <= min(pauses) <= max(pauses) <= longest
        assert len(pauses) > 10


def test_the_last_error_is_the_one_that_is_told(client: Client, server: FakeServer) -> None:
    server.reply(BUSY, 503).reply({"error": "no desktop with this id in this workspace"}, 404)
    with pytest.raises(NotFoundError, match="no desktop with this id"):
        client.ask("get_desktop", "dsk_1")


def test_a_single_call_can_have_other_limits(server: FakeServer) -> None:
    server.reply(BUSY, 503).reply(BUSY, 503)
    with Nen("sk_nen_x", server.url) as client:
        with pytest.raises(ServerError):
            client.with_options(max_retries=0).list_desktops()
        assert client._io.settings.max_retries == 2
    assert len(server.seen) == 1
