"""Replays and their animations, pictures of actions, and what a workspace uses and has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clients import Client
from fake_server import FakeServer, Reply

from nen_client import Nen, NotFoundError, UnexpectedAnswerError

CLICK: dict[str, Any] = {
    "number": 1,
    "at": 1795362805.25,
    "duration_ms": 12.5,
    "actor": "agent",
    "call": "computer.left_click",
    "args": {"coordinate": [640, 400]},
    "status": "ok",
    "coordinate": [640, 400],
    "changed": True,
    "screenshot": "/desktops/dsk_1/tool-logs/17/screenshot",
}
QUESTION: dict[str, Any] = {
    "number": 2,
    "at": 1795362806,
    "duration_ms": None,
    "actor": "agent",
    "call": "agent.execute",
    "args": {},
    "status": "running",
    "of_step": 4,
    "reasoning": "The form is empty.",
    "model": "claude-sonnet-4-6",
    "input_tokens": 1200,
    "cached_tokens": 1000,
    "output_tokens": 40,
    "cost_usd": 0.0021,
    "latency_ms": 2100.5,
    "actions": [{"action": "left_click"}],
}
REPLAY: dict[str, Any] = {
    "version": 1,
    "kind": "desktop",
    "id": "dsk_1",
    "title": "Invoices",
    "display": {"width": 1280, "height": 800},
    "started_at": 1795362805.25,
    "ended_at": None,
    "steps": [CLICK, QUESTION],
}
WEBP = {"Content-Type": "image/webp"}


def test_a_replay_is_read_and_written_as_it_was(client: Client, server: FakeServer) -> None:
    server.reply(REPLAY).reply({**REPLAY, "kind": "run", "display": None, "ended_at": 9.5})
    replay = client.ask("get_desktop_replay", "dsk_1")
    click, question = replay.steps
    assert (click.call, click.changed, click.of_step) == ("computer.left_click", True, None)
    assert (question.of_step, question.latency_ms, question.duration_ms) == (4, 2100.5, None)
    assert replay.model_dump(exclude_unset=True) == REPLAY
    assert client.ask("get_run_replay", "r/1", images="inline").display is None
    assert server.asked() == ["GET /desktops/dsk_1/replay", "GET /runs/r%2F1/replay?images=inline"]


def test_an_animation_is_a_download(client: Client, server: FakeServer, tmp_path: Path) -> None:
    for _ in range(4):
        server.add(Reply(200, b"RIFF", WEBP))
    download, content = client.download("open_desktop_replay_animation", "dsk_1", speed=8)
    assert (download.content_type, content) == ("image/webp", b"RIFF")
    assert client.download("open_run_replay_animation", "r")[1] == b"RIFF"
    file = tmp_path / "replay.webp"
    assert client.ask("save_desktop_replay_animation", "dsk_1", file) == 4
    assert client.ask("save_run_replay_animation", "r", file, speed=1.5) == 4
    assert file.read_bytes() == b"RIFF"
    assert server.asked() == [
        "GET /desktops/dsk_1/replay.webp?speed=8",
        "GET /runs/r/replay.webp",
        "GET /desktops/dsk_1/replay.webp",
        "GET /runs/r/replay.webp?speed=1.5",
    ]


def test_where_there_is_no_picture_there_is_no_file(
    client: Client, server: FakeServer, tmp_path: Path
) -> None:
    server.reply({"error": "there are no pictures of this desktop"}, 404)
    with pytest.raises(NotFoundError, match="there are no pictures"):
        client.ask("save_desktop_replay_animation", "dsk_1", tmp_path / "replay.webp")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("entry", [17, "17", "/desktops/dsk_1/tool-logs/17/screenshot"])
def test_the_picture_after_an_action(client: Client, server: FakeServer, entry: int | str) -> None:
    server.add(Reply(200, b"png", {"Content-Type": "image/png", "ETag": '"a"'}))
    image = client.ask("get_tool_log_screenshot", "dsk_1", entry)
    assert (image, image.media_type, image.etag) == (b"png", "image/png", '"a"')
    assert server.asked() == ["GET /desktops/dsk_1/tool-logs/17/screenshot"]


@pytest.mark.parametrize("entry", ["", "/", "/x"])
def test_what_names_no_picture_is_refused(client: Client, entry: str) -> None:
    with pytest.raises(ValueError, match="cannot be an id or a name"):
        client.ask("get_tool_log_screenshot", "dsk_1", entry)


def test_a_page_is_no_picture(client: Client, server: FakeServer) -> None:
    server.add(Reply(200, b"<!doctype html>", {"Content-Type": "text/html"}))
    with pytest.raises(UnexpectedAnswerError):
        client.ask("get_tool_log_screenshot", "dsk_1", 17)


def test_an_entry_of_the_log_knows_its_picture(client: Client, server: FakeServer) -> None:
    entry = {
        "id": 18,
        "tool": "computer",
        "action": "wait",
        "params": {},
        "status": "ok",
        "started_at": 1.5,
        "duration_ms": 2.0,
        "actor": "first",
    }
    server.reply([{**entry, "screenshot": CLICK["screenshot"]}, entry])
    first, second = client.ask("get_tool_logs", "dsk_1")
    assert (first.screenshot, second.screenshot) == (CLICK["screenshot"], None)


def test_a_desktop_has_its_own_replay(server: FakeServer, tmp_path: Path) -> None:
    server.reply([{"desktop_id": "dsk_1", "desktop_type": "x", "status": "y", "workspace_id": "w"}])
    server.reply(REPLAY).add(Reply(200, b"png", {"Content-Type": "image/png"}))
    server.add(Reply(200, b"RIFF", WEBP)).add(Reply(200, b"RIFF", WEBP))
    with Nen("sk_nen_x", server.url) as client:
        (desktop,) = client.desktops.list()
        assert desktop.replay().title == "Invoices"
        assert desktop.tool_log_screenshot(17) == b"png"
        with desktop.open_replay_animation(speed=8) as animation:
            assert animation.read() == b"RIFF"
        assert desktop.save_replay_animation(tmp_path / "replay.webp") == 4


def test_use_and_limits(client: Client, server: FakeServer) -> None:
    day = {"day": "2026-11-26", "desktop_hours": 1.25, "actions": 310, "runs": 4, "runs_failed": 1}
    limits = {"desktops": {"used": 3, "most": 16}, "runs": {"used": 1, "most": 4}}
    days = [{**day, "model_cost_usd": 0.42, "input_tokens": 5, "output_tokens": 6}]
    server.reply({"workspace_id": "ws_default", "days": days, "limits": limits})
    usage = client.ask("get_usage", days=7)
    assert (usage.days[0].desktop_hours, usage.limits.desktops.most) == (1.25, 16)
    assert server.asked() == ["GET /usage?days=7"]


def test_the_models_of_a_server(client: Client, server: FakeServer) -> None:
    provider = {"name": "anthropic", "configured": True, "key_variable": "ANTHROPIC_API_KEY"}
    providers = [{**provider, "models": ["claude-sonnet-4-6"]}]
    default = {"default": "claude-sonnet-4-6", "default_usable": True}
    server.reply({**default, "providers": providers, "aliases": [{"name": "own"}]})
    models = client.ask("get_models")
    assert (models.default, models.default_usable) == ("claude-sonnet-4-6", True)
    assert models.providers[0].models == ["claude-sonnet-4-6"]
    assert models.aliases[0].name == "own"


def test_who_calls_and_a_link_for_a_browser(client: Client, server: FakeServer) -> None:
    href = "http://127.0.0.1:8700/#/sign-in/code"
    identity = {"key_id": "key_1", "name": "first", "workspace_id": "w", "scopes": ["admin"]}
    server.reply({**identity, "expires_at": None}).reply({"href": href, "expires_at": 9}, 201)
    assert client.ask("get_identity").scopes == ["admin"]
    link = client.ask("create_sign_in_link")
    assert (link.href, link.expires_at) == (href, 9)
    assert "code" not in repr(link)
    assert server.asked() == ["GET /auth", "POST /auth/links"]
