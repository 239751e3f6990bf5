"""Local mode: what is asked of a server, and what its answers become."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading

import pytest
from desktop_server import PNG

from nen import (
    Agent,
    AuthenticationFailed,
    Computer,
    ConnectionLost,
    Drive,
    RPCError,
    SecureValue,
    TimeoutError,
    WorkflowError,
    _transport,
)
from nen import __version__ as version

COMPUTER = [
    (lambda c: c.type("hi"), "type", {"text": "hi", "interval": 0.02}),
    (lambda c: c.press("Return"), "key", {"text": "Return"}),
    (lambda c: c.hotkey("ctrl", "shift", "t"), "key", {"text": "ctrl+shift+t"}),
    (lambda c: c.hotkey("ctrl", "+"), "key", {"text": "ctrl++"}),
    (lambda c: c.click_at(1, 2), "left_click", {"coordinate": [1, 2]}),
    (lambda c: c.click_at(1, 2, "right"), "right_click", {"coordinate": [1, 2]}),
    (lambda c: c.click_at(1, 2, "middle"), "middle_click", {"coordinate": [1, 2]}),
    (lambda c: c.double_click_at(1, 2), "double_click", {"coordinate": [1, 2]}),
    (lambda c: c.move(1, 2), "mouse_move", {"coordinate": [1, 2]}),
    (
        lambda c: c.drag((1, 2), (3, 4)),
        "left_click_drag",
        {"start_coordinate": [1, 2], "coordinate": [3, 4]},
    ),
    (lambda c: c.scroll(), "scroll", {"scroll_direction": "down", "scroll_amount": 3}),
    (
        lambda c: c.scroll("up", 1, x=5, y=6),
        "scroll",
        {"scroll_direction": "up", "scroll_amount": 1, "coordinate": [5, 6]},
    ),
    (lambda c: c.wait(2), "wait", {"duration": 2.0}),
]


@pytest.mark.parametrize(("call", "action", "params"), COMPUTER, ids=[a for _, a, _ in COMPUTER])
def test_a_call_of_computer_is_one_action_without_a_picture(server, call, action, params):
    assert call(Computer()) is None
    [request] = server.requests
    assert request.line == "POST /desktops/dsk_given/execute"
    assert request.json == {
        "action": {"tool": "computer", "action": action, "params": params},
        "screenshot": "never",
    }


def test_every_request_says_who_asks(server):
    Computer().press("a")
    headers = server.requests[0].headers
    assert headers["authorization"] == "Bearer sk_nen_test"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == f"nen-python/{version}"


def test_what_takes_longer_than_one_request_may_is_done_in_parts(server):
    Computer().type("ab\r\ncd", interval=60)
    Computer().type("x" * 100_001, interval=0)
    Computer().wait(700)
    done = [request.json["action"]["params"] for request in server.requests]
    assert [params["text"] for params in done[:3]] == ["ab", "\nc", "d"]
    assert [len(params["text"]) for params in done[3:5]] == [100_000, 1]
    assert [params["duration"] for params in done[5:]] == [300, 300, 100]


def test_a_screenshot_is_the_servers_own(server):
    assert Computer().screenshot() == PNG
    assert server.lines == ["GET /desktops/dsk_given/screenshot"]


def test_the_agents_calls_have_routes_of_their_own(server, monkeypatch):
    server.agent = {"execute": {"success": True}, "verify": False, "extract": [1]}
    agent = Agent(model="m")
    assert agent.execute("log in", max_iterations=3) == {"success": True}
    assert agent.verify("open", timeout=4) is False
    assert agent.extract("rows", {"type": "array"}) == [1]
    base = "POST /desktops/dsk_given/agent"
    assert server.lines == [f"{base}/execute", f"{base}/verify", f"{base}/extract"]
    assert [request.json for request in server.requests] == [
        {"instruction": "log in", "max_iterations": 3, "model": "m"},
        {"condition": "open", "timeout": 4, "model": "m"},
        {"query": "rows", "schema": {"type": "array"}, "model": "m"},
    ]


def test_a_folder_is_listed_with_its_tilde_as_it_was_given(server):
    server.files = {"a b.pdf": b"12345"}
    [file] = Drive("~/Downloads").files("*.pdf")
    assert (file.name, file.size, file.modified) == ("a b.pdf", 5, 1.5)
    assert file.path == "/home/user/Downloads/a b.pdf"
    assert server.requests[0].line == "GET /desktops/dsk_given/fs"
    assert server.requests[0].query == {"path": "~/Downloads", "pattern": "*.pdf"}


def test_a_file_is_read_by_parts(server):
    content = bytes(range(256)) * 40_000
    server.files = {"big.bin": content, "empty": b""}
    big, empty = Drive("~/Downloads").files()
    assert big.read_bytes() == content
    assert empty.read_bytes() == b""
    assert [r.headers["range"] for r in server.requests[1:4]] == [
        "bytes=0-4194303",
        "bytes=4194304-8388607",
        "bytes=8388608-12582911",
    ]
    with big.open() as opened:
        opened.seek(1000)
        assert opened.read(8) == content[1000:1008]


def test_a_server_that_gives_no_parts_is_understood_too(server):
    server.files = {"a": b"0123456789"}
    [file] = Drive("/d").files()
    server.answers = [(200, {}, b"0123456789")] * 3
    assert list(file.iter_bytes(4)) == [b"0123", b"4567", b"89"]


def test_a_file_is_written_whole(server):
    Drive("~/Downloads/").write("ü?.bin", b"x" * 5_000_000)
    [request] = server.requests
    assert request.line == "PUT /desktops/dsk_given/fs/content"
    assert request.query == {"path": "~/Downloads/ü?.bin"}
    assert request.headers["content-type"] == "application/octet-stream"
    assert server.files == {"ü?.bin": b"x" * 5_000_000}


def test_a_secret_is_typed_from_the_environment(server, monkeypatch):
    monkeypatch.setenv("NEN_SECURE_PASSWORD", "hunter22")
    Computer().type(SecureValue("password"))
    assert server.requests[0].json["action"]["params"]["text"] == "hunter22"
    assert server.requests[0].json["secret"] is True


def test_a_secret_that_is_not_there_is_asked_for_by_its_variable(server, monkeypatch):
    monkeypatch.delenv("NEN_SECURE_PASSWORD", raising=False)
    with pytest.raises(WorkflowError, match="set the environment variable NEN_SECURE_PASSWORD"):
        Computer().type(SecureValue("password"))
    assert server.requests == []


REFUSALS = [
    (400, WorkflowError, 'unknown key "Foo"'),
    (401, AuthenticationFailed, "no such key"),
    (403, AuthenticationFailed, "needs desktops:write"),
    (404, WorkflowError, "there is no desktop dsk_given"),
    (409, WorkflowError, "a person holds the desktop"),
    (429, RPCError, "slow down"),
    (500, RPCError, "our fault"),
    (502, RPCError, "the desktop failed"),
    (504, TimeoutError, "it took too long"),
]


@pytest.mark.parametrize(("status", "kind", "text"), REFUSALS)
def test_a_refusal_is_an_error_with_the_servers_words(server, status, kind, text):
    server.refuse(status, error=text)
    with pytest.raises(WorkflowError) as caught:
        Computer().press("Foo")
    assert type(caught.value) is kind
    assert text in str(caught.value)
    # What acts is not asked for twice.
    assert len(server.requests) == 1


def test_both_parts_of_an_error_are_told(server):
    server.refuse(400, error="Invalid request", message="no instruction")
    with pytest.raises(WorkflowError, match="Invalid request: no instruction"):
        Computer().press("a")


def test_an_error_without_words_has_its_status(server):
    server.answers = [(418, {}, b"<html>")]
    with pytest.raises(WorkflowError, match="the server answered 418"):
        Computer().press("a")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_only_looks_is_asked_for_again(server, status):
    server.refuse(status, times=3, error="busy")
    assert Computer().screenshot() == PNG
    assert len(server.requests) == 4


def test_asking_again_has_an_end(server):
    server.refuse(503, times=9, error="busy")
    with pytest.raises(RPCError, match="busy"):
        Computer().screenshot()
    assert len(server.requests) == 4


def test_a_missing_file_is_not_asked_for_again(server):
    server.files = {"a": b"1"}
    [file] = Drive("/d").files()
    server.files = {}
    with pytest.raises(WorkflowError, match="there is no file a"):
        file.read_bytes()
    assert len(server.requests) == 2


def test_a_connection_that_breaks_is_made_anew_only_for_what_looks(server):
    server.answers = [None]
    assert Computer().screenshot() == PNG
    server.answers = [None]
    with pytest.raises(ConnectionLost, match="the connection to http://.* broke"):
        Computer().press("a")
    assert server.lines.count("POST /desktops/dsk_given/execute") == 1


def test_a_kept_connection_that_the_server_has_closed_is_not_used_to_act(server, monkeypatch):
    listener = socket.create_server(("127.0.0.1", 0))
    heard = []

    def serve() -> None:
        # Each connection is good for one request, though it promises more.
        for _ in range(3):
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(65536).split(b"\r\n")[0])
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    thread = threading.Thread(target=serve)
    thread.start()
    monkeypatch.setenv("NEN_API_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
    transport = _transport.current()
    for _ in range(3):
        Computer().press("a")
        for connection in transport._http._idle:
            # Until the news that it is closed has arrived: by a reset where the server had not read everything.
            with contextlib.suppress(ConnectionResetError):
                assert connection.sock.recv(1, socket.MSG_PEEK) == b""
    thread.join()
    listener.close()
    assert heard == [b"POST /desktops/dsk_given/execute HTTP/1.1"] * 3


def test_connections_are_kept(server):
    for _ in range(3):
        Computer().press("a")
    assert len(server.requests) == 3
    assert len({request.port for request in server.requests}) == 1


def test_a_server_that_is_not_there_is_said_with_what_to_do(server, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("NEN_API_URL", f"http://127.0.0.1:{port}")
    with pytest.raises(ConnectionLost, match="nothing answers at .* start it with `nen serve`"):
        Computer().press("a")


def test_without_a_key_nothing_is_tried(monkeypatch):
    monkeypatch.delenv("NEN_API_KEY", raising=False)
    with pytest.raises(AuthenticationFailed, match="NEN_API_KEY is not set"):
        Computer().press("a")


@pytest.mark.parametrize("url", ["127.0.0.1:8700", "ftp://x", "http://", "http://a:b"])
def test_a_url_that_is_none_is_shown(monkeypatch, url):
    monkeypatch.setenv("NEN_API_KEY", "k")
    monkeypatch.setenv("NEN_API_URL", url)
    with pytest.raises(WorkflowError, match="NEN_API_URL is "):
        Computer().press("a")


def test_a_url_may_have_a_path(server, monkeypatch):
    monkeypatch.setenv("NEN_API_URL", f"{server.url}/nen/")
    with pytest.raises(WorkflowError):
        Computer().press("a")
    assert server.requests[0].path == "/nen/desktops/dsk_given/execute"


OWN = """
import os, sys, threading
from nen import Computer
def press(): Computer().press("a")
threads = [threading.Thread(target=press) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
if os.fork() == 0:
    sys.exit(0)
os.wait()
{}
"""


@pytest.mark.parametrize("end", ["", "raise SystemExit(3)", "1 / 0"])
def test_without_a_desktop_one_is_made_and_deleted_at_the_end_once(server, end):
    environment = {k: v for k, v in os.environ.items() if k != "NEN_DESKTOP_ID"}
    command = [sys.executable, "-c", OWN.format(end)]
    subprocess.run(command, env=environment, capture_output=True, check=False)
    assert server.lines[0] == "POST /desktops"
    assert server.requests[0].json == {"idle_timeout_seconds": 7200, "on_idle": "delete"}
    assert server.lines[1:5] == ["POST /desktops/dsk_made/execute"] * 4
    assert server.lines[5:] == ["DELETE /desktops/dsk_made"]


def test_a_desktop_that_was_made_twice_by_asking_again_is_one(server, monkeypatch):
    server.refuse(503, times=2, error="full")
    environment = {k: v for k, v in os.environ.items() if k != "NEN_DESKTOP_ID"}
    code = "from nen import Computer; Computer().press('a')"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    made = [request for request in server.requests if request.line == "POST /desktops"]
    assert len(made) == 3
    assert len({request.headers["idempotency-key"] for request in made}) == 1
