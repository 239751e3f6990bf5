"""What actions, batches, provider calls and runs look like when they are sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from clients import Client
from fake_server import FakeServer
from pydantic import BaseModel, ConfigDict, Field

from nen_client import actions
from nen_client.actions import Act

OK = {"status": "ok"}


@pytest.mark.parametrize(
    ("act", "action", "params"),
    [
        (actions.left_click(), "left_click", {}),
        (actions.left_click(0, 0), "left_click", {"coordinate": [0, 0]}),
        (
            actions.scroll(direction="left"),
            "scroll",
            {"scroll_direction": "left", "scroll_amount": 3},
        ),
        (
            actions.scroll(1, 2, direction="up", amount=0, modifiers="ctrl"),
            "scroll",
            {"coordinate": [1, 2], "scroll_direction": "up", "scroll_amount": 0, "text": "ctrl"},
        ),
        (actions.type_text("", interval=0.0), "type", {"text": "", "interval": 0.0}),
        (actions.key_press("Down", repeat=3), "key", {"text": "Down", "repeat": 3}),
        (actions.wait(), "wait", {}),
        (actions.wait(0), "wait", {"duration": 0}),
        (
            actions.drag(1, 2, 3, 4, modifiers="alt"),
            "left_click_drag",
            {"start_coordinate": [1, 2], "coordinate": [3, 4], "text": "alt"},
        ),
        (actions.drag_path([(1, 2), (3, 4)]), "left_click_drag", {"path": [[1, 2], [3, 4]]}),
        (actions.left_mouse_down(), "left_mouse_down", {}),
        (actions.left_mouse_up(5, 6), "left_mouse_up", {"coordinate": [5, 6]}),
    ],
)
def test_an_action_says_what_was_given_and_nothing_else(
    act: Act, action: str, params: dict[str, Any]
) -> None:
    assert act.on_the_wire() == {"tool": "computer", "action": action, "params": params}


@pytest.mark.parametrize("place", [(1, None), (None, 1)])
def test_half_a_place_is_refused(place: tuple[int | None, int | None]) -> None:
    with pytest.raises(ValueError, match="needs both x and y"):
        actions.left_click(*place)


def test_what_is_typed_is_in_no_text_of_an_action() -> None:
    assert "secret" not in repr(actions.type_text("secret"))


def test_a_batch_takes_actions_and_dicts(client: Client, server: FakeServer) -> None:
    server.reply(
        {
            "status": "error",
            "results": [OK, {"status": "error", "error": "no window 7"}, {"status": "skipped"}],
            "base64_image": base64.b64encode(b"\x89PNG").decode(),
        }
    )
    focus = {"tool": "windows", "action": "focus", "params": {"window_id": 7}}
    batch = [actions.left_click(1, 2), focus, actions.key_press("Return")]
    result = client.ask("execute_batch", "dsk_1", batch, settle=False, image={"format": "webp"})
    assert server.last.json() == {
        "actions": [
            {"tool": "computer", "action": "left_click", "params": {"coordinate": [1, 2]}},
            focus,
            {"tool": "computer", "action": "key", "params": {"text": "Return"}},
        ],
        "settle": False,
        "image": {"format": "webp"},
    }
    assert result.failed.error == "no window 7"
    assert result.image == b"\x89PNG"


def test_a_batch_can_have_an_image_of_every_look(client: Client, server: FakeServer) -> None:
    image = {
        "action": 0,
        "base64_image": base64.b64encode(b"RIFF").decode(),
        "media_type": "image/webp",
    }
    server.reply({"status": "ok", "results": [OK], "images": [image]})
    result = client.ask("execute_batch", "dsk_1", [actions.screenshot()], screenshot="each")
    assert server.last.json()["screenshot"] == "each"
    (seen,) = result.images
    assert (seen.action, seen.media_type, seen.image) == (0, "image/webp", b"RIFF")
    assert result.image is None


def test_options_of_an_action_do_not_belong_into_a_batch(
    client: Client, server: FakeServer
) -> None:
    with pytest.raises(ValueError, match="screenshot is said of the whole batch"):
        client.ask("execute_batch", "dsk_1", [actions.wait(screenshot="never")])
    assert server.seen == []


def test_desktop_id_may_be_named(client: Client, server: FakeServer) -> None:
    server.reply(OK).reply(OK)
    client.ask("left_click", desktop_id="dsk_1", x=1, y=2)
    client.ask("execute", desktop_id="dsk_1", tool="computer", action="screenshot", params=None)
    assert server.last.json() == {
        "action": {"tool": "computer", "action": "screenshot", "params": {}}
    }


def test_a_mistake_in_the_name_of_an_option_is_told_by_the_server_not_lost(
    client: Client, server: FakeServer
) -> None:
    server.reply(OK)
    client.ask("left_click", "dsk_1", 1, 2, screenshott="never")
    assert server.last.json()["screenshott"] == "never"


class Block(BaseModel):
    """As a provider's SDK has them: with names of its own and fields it fills in by itself."""

    model_config = ConfigDict(extra="allow")
    kind: str = Field(alias="type")
    id: str
    guessed: str | None = None


def test_provider_calls_go_out_untouched(client: Client, server: FakeServer) -> None:
    said = {
        "type": "tool_use",
        "id": "toolu_1",
        "input": {"action": "left_click", "coordinate": [1, 2], "ü": None},
        "later": [1.0, {"x": True}],
    }
    server.reply([{"type": "tool_result", "tool_use_id": "toolu_1", "content": []}])
    block = Block.model_validate(said)
    results = client.ask("calls", "dsk_1", [said, block, {"in": block}], dialect="anthropic")
    assert results == [{"type": "tool_result", "tool_use_id": "toolu_1", "content": []}]
    assert server.last.json() == [said, said, {"in": said}]
    assert server.last.path == "/desktops/dsk_1/calls?dialect=anthropic"


def test_what_is_no_json_is_refused(client: Client, server: FakeServer) -> None:
    with pytest.raises(TypeError, match="object cannot be written as JSON"):
        client.ask("calls", "dsk_1", [object()], dialect="openai")
    with pytest.raises(ValueError, match="not JSON compliant"):
        client.ask("set_budget", float("nan"))
    assert server.seen == []


def test_tools_of_a_dialect_are_handed_on_as_they_are(client: Client, server: FakeServer) -> None:
    tool = {"type": "computer_20251124", "name": "computer", "display_width_px": 1024}
    server.reply([tool])
    found = client.ask(
        "tools", "dsk_1", "anthropic", variant="computer_20251124", display_width=1024
    )
    assert found == [tool]
    query = "dialect=anthropic&variant=computer_20251124&display_width=1024"
    assert server.last.path == f"/desktops/dsk_1/tools?{query}"


def test_the_shell_and_the_clipboard_answer_text(client: Client, server: FakeServer) -> None:
    server.reply({"status": "ok", "output": "hällo"}).reply({"status": "ok", "output": "copied"})
    assert client.ask("bash", "dsk_1", "echo hällo", timeout=5) == "hällo"
    call = {"tool": "bash", "action": "run", "params": {"command": "echo hällo", "timeout": 5}}
    assert server.last.json() == {"action": call, "screenshot": "never"}
    assert client.ask("get_clipboard", "dsk_1") == "copied"


def test_windows_are_read_from_what_the_tool_says(client: Client, server: FakeServer) -> None:
    window = {"id": 7, "title": "Sign in", "app": "Chromium", "focused": True, "later": 1}
    server.reply({"status": "ok", "output": json.dumps([window])})
    (found,) = client.ask("list_windows", "dsk_1")
    assert (found.id, found.title, found.focused) == (7, "Sign in", True)


def test_a_run_with_secrets_is_signed_over_what_is_sent(
    make: Callable[..., Client], server: FakeServer
) -> None:
    server.reply({"message": "ok", "messageId": "m", "workflowId": "w"}, 202)
    client = make(signing_secret="nensig_abc=")
    accepted = client.ask("start_run", "w", {"ü": 1}, secure_params={"password": "p🙂"})
    assert (accepted.message_id, accepted.workflow_id) == ("m", "w")
    seen = server.last
    signature = hmac.new(b"nensig_abc=", seen.body, hashlib.sha256).hexdigest()
    assert seen.headers["X-Hmac-Signature"] == f"sha256={signature}"
    assert seen.json()["secure_workflow_params"] == {"password": "p🙂"}


def test_a_run_without_secrets_is_not_signed(
    make: Callable[..., Client], server: FakeServer
) -> None:
    server.reply({"message": "ok", "messageId": "m", "workflowId": "w"}, 202)
    make(signing_secret="nensig_abc=").ask("start_run", "w")
    assert server.last.headers["X-Hmac-Signature"] is None
    assert server.last.json() == {"workflow_id": "w"}


def test_params_may_be_a_model(client: Client, server: FakeServer) -> None:
    class Params(BaseModel):
        month: str

    server.reply({"message": "ok", "messageId": "m", "workflowId": "w"}, 202)
    client.ask("start_run", "w", Params(month="2026-10"), desktop={"tools": None, "name": "x"})
    assert server.last.json()["workflow_params"] == {"month": "2026-10"}
    assert server.last.json()["desktop"] == {"name": "x"}


def test_no_budget_is_said_as_null(client: Client, server: FakeServer) -> None:
    budget = {"max_cost_usd": None, "spent_usd": 1.5, "period_start": 1, "period_end": 2}
    server.reply(budget)
    assert client.ask("set_budget", None).max_cost_usd is None
    assert server.last.json() == {"max_cost_usd": None}


def test_secrets_in_answers_are_not_shown(client: Client, server: FakeServer) -> None:
    key = {
        "id": "key_1",
        "workspace_id": "ws",
        "name": "n",
        "prefix": "sk_nen_ab",
        "scopes": ["admin"],
        "created_at": 1,
    }
    server.reply({**key, "secret": "sk_nen_hidden"}, 201)
    made = client.ask("create_key", "n", ["admin"])
    assert made.secret == "sk_nen_hidden"
    assert "hidden" not in repr(made)
    server.reply({"secret": "whsec_hidden", "previous_valid_until": 2})
    assert "hidden" not in repr(client.ask("rotate_webhook_secret"))


def test_a_log_entry_can_be_read_like_a_dict(client: Client, server: FakeServer) -> None:
    entry = {
        "id": 1,
        "tool": "computer",
        "action": "key",
        "params": {"text": "Tab"},
        "status": "ok",
        "started_at": 1.5,
        "duration_ms": 2.5,
        "actor": "first key",
    }
    server.reply([entry])
    (found,) = client.ask("get_tool_logs", "dsk_1")
    assert found["action"] == found.action == "key"
    assert found["params"]["text"] == "Tab"


def test_any_other_request(client: Client, server: FakeServer) -> None:
    server.reply({"x": 1}, 201, x_request_id="req_9")
    response = client.ask(
        "request", "post", "later", query={"a": True, "b": None}, json=[1], headers={"X-Y": "z"}
    )
    assert (response.json(), response.status_code) == ({"x": 1}, 201)
    assert server.asked() == ["POST /later?a=true"]
    assert server.last.headers["X-Y"] == "z"


def test_a_path_is_sent_as_it_is(client: Client, server: FakeServer) -> None:
    server.reply([])
    client.ask("request", "GET", "/a%2Fb/ü c?x=%20y&z=1")
    assert server.asked() == ["GET /a%2Fb/%C3%BC%20c?x=%20y&z=1"]


def test_the_client_says_who_it_is(client: Client, server: FakeServer) -> None:
    server.reply([])
    client.ask("list_desktops")
    assert server.last.headers["User-Agent"].startswith("nen-client-python/")
