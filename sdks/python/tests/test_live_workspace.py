"""Events of the workspace, replays, use and models on a real server, when NEN_API_URL and
NEN_API_KEY name one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nen_client import BadRequestError, Desktop, Nen, NotFoundError

pytestmark = pytest.mark.skipif(
    not (os.environ.get("NEN_API_URL") and os.environ.get("NEN_API_KEY")),
    reason="NEN_API_URL and NEN_API_KEY name no server",
)

NO_RUN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def client() -> Iterator[Nen]:
    with Nen() as client:
        yield client


@pytest.fixture(scope="module")
def desktop(client: Nen) -> Iterator[Desktop]:
    with client.desktops.create(metadata={"suite": "nen-client"}, network="none") as desktop:
        yield desktop


def test_who_calls_and_a_link(client: Nen) -> None:
    identity = client.get_identity()
    assert "admin" in identity.scopes
    assert identity.workspace_id == client.get_settings().workspace_id
    assert "/#/sign-in/" in client.create_sign_in_link().href


def test_an_action_and_its_picture_are_told_of(client: Nen, desktop: Desktop) -> None:
    kinds = []
    with client.workspace_events() as events:
        assert next(events).data == {"again": False}
        desktop.left_click(300, 200)
        for event in events:
            if event.desktop_id != desktop.desktop_id:
                continue
            kinds.append(event.kind)
            if event.kind == "picture":
                break
    assert "action" in kinds
    picture = desktop.tool_log_screenshot(event.data["screenshot"])
    assert (picture.media_type, picture[:4]) == ("image/png", b"\x89PNG")
    assert desktop.tool_logs()[-1].screenshot == event.data["screenshot"]


def test_what_was_done_is_replayed(client: Nen, desktop: Desktop, tmp_path: Path) -> None:
    replay = desktop.replay()
    assert (replay.kind, replay.id) == ("desktop", desktop.desktop_id)
    (click,) = [step for step in replay.steps if step.call == "computer.left_click"]
    assert (click.status, click.coordinate) == ("ok", [300, 200])
    kept = [step for step in desktop.replay(images="inline").steps if step.number == click.number]
    assert (kept[0].screenshot or "").startswith("data:image/png;base64,")
    file = tmp_path / "replay.webp"
    assert desktop.save_replay_animation(file, speed=8) > 16
    assert file.read_bytes()[8:12] == b"WEBP"
    with pytest.raises(BadRequestError, match="speed must be 1 to 100"):
        desktop.save_replay_animation(file, speed=0)
    with pytest.raises(NotFoundError):
        client.get_run_replay(NO_RUN)
    with pytest.raises(NotFoundError):
        client.save_run_replay_animation(NO_RUN, file)


def test_use_limits_and_models(client: Nen, desktop: Desktop) -> None:
    usage = client.get_usage(days=2)
    assert len(usage.days) == 2
    assert usage.limits.desktops.used >= 1
    assert "anthropic" in [provider.name for provider in client.get_models().providers]
