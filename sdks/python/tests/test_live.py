"""Against a real server, when NEN_API_URL and NEN_API_KEY name one.

One desktop at a time. The server's secrets are rotated and its budget is set and put back: use one
that is for tests.
"""

from __future__ import annotations

import asyncio
import http.server
import io
import os
import queue
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nen_client import (
    AsyncNen,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    Desktop,
    Nen,
    NotFoundError,
    PermissionDeniedError,
    RunAccepted,
    ServerError,
    UnknownRouteError,
    UnprocessableError,
    actions,
    verify_webhook,
)
from nen_client.calls.tools import Dialect

pytestmark = pytest.mark.skipif(
    not (os.environ.get("NEN_API_URL") and os.environ.get("NEN_API_KEY")),
    reason="NEN_API_URL and NEN_API_KEY name no server",
)

TOOLS = ["computer", "bash", "clipboard", "windows"]

WORKFLOW = """
import os
from nen import Computer, Secure
from pydantic import BaseModel


class Params(BaseModel):
    text: str


class SecureParams(BaseModel):
    password: Secure[str]


class Result(BaseModel):
    length: int


def run(params: Params, secure_params: SecureParams) -> Result:
    print("begins with", params.text)
    computer = Computer()
    computer.type(params.text)
    computer.type(secure_params.password)
    with open("/artifacts/out.txt", "w") as file:
        file.write(params.text)
    return Result(length=len(params.text))
"""


@pytest.fixture(scope="module")
def client() -> Iterator[Nen]:
    with Nen() as client:
        yield client


@pytest.fixture(scope="module")
def desktop(client: Nen) -> Iterator[Desktop]:
    with client.desktops.create(tools=TOOLS, metadata={"suite": "nen-client"}) as desktop:
        yield desktop


def test_the_server_works(client: Nen) -> None:
    assert client.get_health().status == "ok"
    assert client.get_openapi()["info"]["title"] == "Nen"


def test_a_wrong_key_and_a_wrong_path(client: Nen) -> None:
    with Nen("sk_nen_wrong") as other, pytest.raises(AuthenticationError, match="check the key"):
        other.list_desktops()
    with pytest.raises(UnknownRouteError, match="older than this client"):
        client.request("GET", "/nothing/like/this")
    with pytest.raises(NotFoundError) as caught:
        client.get_desktop("dsk_000000000000")
    assert type(caught.value) is NotFoundError


def test_a_desktop_as_it_is_told(client: Nen, desktop: Desktop) -> None:
    assert desktop.refresh().status == "running"
    found = client.desktops.list(metadata={"suite": "nen-client"})
    assert [one.desktop_id for one in found] == [desktop.desktop_id]
    assert desktop.rename("für Tests").name == "für Tests"
    assert [tool.name for tool in desktop.list_tools()] == TOOLS


def test_the_same_key_makes_one_desktop(client: Nen, desktop: Desktop) -> None:
    with pytest.raises(BadRequestError, match="dekstop"):
        client.create_desktop(dekstop="x")  # type: ignore[call-arg]
    key = f"nen-client {desktop.desktop_id}"
    with client.desktops.create(name="once", idempotency_key=key) as first:
        second = client.create_desktop(name="once", idempotency_key=key)
        assert second.desktop_id == first.desktop_id
        with pytest.raises(UnprocessableError, match="Idempotency-Key"):
            client.create_desktop(name="twice", idempotency_key=key)


def test_every_action(desktop: Desktop) -> None:
    acts = [
        actions.mouse_move(10, 20),
        actions.left_click(300, 300),
        actions.right_click(300, 300),
        actions.key_press("Escape", repeat=2),
        actions.middle_click(300, 300, modifiers="shift"),
        actions.double_click(300, 300),
        actions.triple_click(300, 300),
        actions.drag(10, 10, 50, 50),
        actions.drag_path([(10, 10), (20, 10), (20, 20)]),
        actions.left_mouse_down(10, 10),
        actions.left_mouse_up(12, 12),
        actions.scroll(300, 300, direction="right", amount=1),
        actions.type_text("ä", interval=0.01),
        actions.hold_key("shift", 0.01),
        actions.wait(0.01),
        actions.cursor_position(),
    ]
    done = desktop.batch(acts, screenshot="never", settle={"quiet_ms": 20, "max_ms": 200})
    assert [result.status for result in done.results] == ["ok"] * len(acts)
    assert done.results[-1].coordinate == [300, 300]
    zoomed = desktop.zoom(0, 0, 100, 100, image={"format": "jpeg", "quality": 50})
    assert (zoomed.media_type, (zoomed.image or b"")[:2]) == ("image/jpeg", b"\xff\xd8")
    with pytest.raises(BadRequestError, match="outside the screen"):
        desktop.left_click(5000, 5)


def test_the_screen(client: Nen, desktop: Desktop) -> None:
    image = desktop.screenshot(max_width=320, region=(0, 0, 640, 400))
    assert image.startswith(b"\x89PNG")
    assert image.media_type == "image/png"
    seen = desktop.screenshot()
    assert desktop.changed_screenshot(seen.etag) is None
    assert (client.screenshot(desktop.desktop_id).image or b"").startswith(b"\x89PNG")


def test_the_other_tools(desktop: Desktop) -> None:
    assert desktop.bash("echo 'h\u00e4llo'; cd /; pwd") == "h\u00e4llo\n/"
    desktop.set_clipboard("zwischen 🙂")
    assert desktop.get_clipboard() == "zwischen 🙂"
    desktop.launch_app("terminal")
    deadline = time.monotonic() + 20
    while not (windows := desktop.list_windows()):
        assert time.monotonic() < deadline
        desktop.wait(screenshot="never")
    assert desktop.focus_window(windows[0].id, screenshot="never").status == "ok"
    failed = desktop.batch([{"tool": "windows", "action": "focus", "params": {"window_id": 7}}])
    assert "no window 7" in str(failed.failed and failed.failed.error)


def test_files_of_the_drive(desktop: Desktop, tmp_path: Path) -> None:
    name = "Bericht ü.txt"
    assert desktop.files.upload(name, io.BytesIO(b"hello"), path="X/Y").size == 5
    assert desktop.files.upload("big.bin", (bytes(100_000) for _ in range(30))).size == 3_000_000
    assert [file.name for file in desktop.files.list("X/Y")] == [name]
    assert desktop.files.download(name, "X/Y", first_byte=1, last_byte=3) == b"ell"
    with desktop.files.open(name, "X/Y") as download:
        assert (download.size, download.read()) == (5, b"hello")
    with desktop.files.open(name, "X/Y", unless_etag=download.etag) as again:
        assert again.not_modified
    assert desktop.files.save("big.bin", tmp_path / "big.bin") == 3_000_000
    desktop.files.delete(name, "X/Y")
    with pytest.raises(NotFoundError):
        desktop.files.download(name, "X/Y")


def test_files_elsewhere(desktop: Desktop) -> None:
    desktop.fs.write("~/notes/a.txt", b"one")
    desktop.fs.write("~/notes/a.txt", iter([b", ", b"two"]), append=True)
    assert desktop.fs.read("~/notes/a.txt") == b"one, two"
    assert [file.name for file in desktop.fs.list("~/notes", pattern="*.txt").files] == ["a.txt"]


def test_a_person_holds_the_desktop(desktop: Desktop) -> None:
    session = desktop.session.open(interactive=True, takeover=True)
    assert session.takeover
    assert session.href.startswith("http")
    with pytest.raises(ConflictError, match="a person holds this desktop"):
        desktop.left_click(1, 1)
    desktop.session.end()
    with pytest.raises(NotFoundError):
        desktop.session.get()


def test_events_and_log(desktop: Desktop) -> None:
    with desktop.events() as events:
        desktop.mouse_move(5, 6, screenshot="never")
        desktop.pause()
        desktop.resume()
        kinds = []
        for event in events:
            # What an earlier session or program still tells of itself, and pictures, are not meant.
            is_meant = event.data.get("tool", "computer") == "computer"
            if is_meant and not event.kind.startswith(("app.", "picture")):
                kinds.append(event.kind)
            if event.kind == "desktop.resumed":
                break
    assert kinds == ["action", "desktop.paused", "desktop.resumed"]
    last = desktop.tool_logs(limit=1)[-1]
    assert (last.action, last.coordinate) == ("mouse_move", [5, 6])


MOVE = {"action": "mouse_move", "coordinate": [640, 400]}
ARGUMENTS = '{"action": "mouse_move", "coordinate": [640, 400]}'
TOOL_USE = {"type": "tool_use", "id": "a", "name": "computer", "input": MOVE}
FUNCTION = {"name": "computer", "arguments": ARGUMENTS}


@pytest.mark.parametrize(
    ("dialect", "variant", "call"),
    [
        ("anthropic", None, TOOL_USE),
        ("anthropic", "computer_20250124", TOOL_USE),
        (
            "anthropic-toolset",
            None,
            {
                "type": "tool_use",
                "id": "a",
                "toolset_name": "computer",
                "name": "mouse_move",
                "input": {"coordinate": [640, 400]},
            },
        ),
        (
            "openai",
            "computer_use_preview",
            {
                "type": "computer_call",
                "id": "cu_1",
                "call_id": "a",
                "action": {"type": "move", "x": 640, "y": 400},
                "pending_safety_checks": [],
                "status": "completed",
            },
        ),
        ("openai-functions", None, {"id": "a", "type": "function", "function": FUNCTION}),
        (
            "openai-functions",
            "responses",
            {"type": "function_call", "call_id": "a", **FUNCTION},
        ),
        ("gemini", None, {"functionCall": {"name": "move", "args": {"x": 500, "y": 500}}}),
        ("mcp", None, {"name": "computer", "arguments": MOVE}),
    ],
)
def test_dialects_of_providers(
    desktop: Desktop, dialect: Dialect, variant: str | None, call: dict[str, Any]
) -> None:
    # Told, since models of some providers are shown less than this screen has.
    size = {"display_width": 1280, "display_height": 800}
    try:
        assert desktop.tools(dialect, variant=variant, **size)
    except UnknownRouteError as error:
        pytest.skip(str(error))
    desktop.mouse_move(1, 1, screenshot="never")
    # There may be more: some providers take pictures in a message of their own only.
    assert desktop.calls([call], dialect=dialect, variant=variant, **size)
    x, y = desktop.cursor_position().coordinate or [0, 0]
    # A model's own grid is coarser than the screen.
    assert abs(x - 640) <= 1
    assert abs(y - 400) <= 1


def test_the_agent_needs_a_model(desktop: Desktop) -> None:
    with pytest.raises(BadRequestError, match="configured"):
        desktop.agent.verify("anything", model="no-such-model@nowhere")


def test_by_asyncio(desktop: Desktop) -> None:
    async def run() -> None:
        async with AsyncNen() as client:
            same = await client.desktops.get(desktop.desktop_id)
            async with same.events() as events:
                await same.mouse_move(7, 8, screenshot="never")
                assert (await anext(events)).data["coordinate"] == [7, 8]
            await same.files.upload("a.txt", io.BytesIO(b"async"))
            async with same.files.open("a.txt") as download:
                assert await download.read() == b"async"
            places = await asyncio.gather(*(same.cursor_position() for _ in range(5)))
            assert [place.coordinate for place in places] == [[7, 8]] * 5

    asyncio.run(run())


def test_keys(client: Nen) -> None:
    made = client.create_key("nen-client", ["desktops:read"])
    try:
        with Nen(made.secret) as reader:
            reader.list_desktops()
            with pytest.raises(PermissionDeniedError, match="desktops:write"):
                reader.create_desktop()
        assert made.id in [key.id for key in client.list_keys()]
    finally:
        client.revoke_key(made.id)
    with Nen(made.secret) as reader, pytest.raises(AuthenticationError):
        reader.list_desktops()


def test_budget_and_use(client: Nen) -> None:
    before = client.get_settings().budget
    if before is None:
        pytest.skip("this server knows of no budget")
    try:
        assert client.set_budget(12.5).max_cost_usd == 12.5
    finally:
        client.set_budget(before.max_cost_usd)
    assert client.get_settings().budget == before
    assert isinstance(client.get_model_use(since=1, until=2), list)


@pytest.fixture
def receiver() -> Iterator[tuple[str, queue.Queue[tuple[bytes, dict[str, str]]]]]:
    """An address for webhooks, and what arrived there."""
    arrived: queue.Queue[tuple[bytes, dict[str, str]]] = queue.Queue()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            arrived.put((body, dict(self.headers)))

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{listening.server_address[1]}/nen", arrived
        listening.shutdown()
        thread.join()


def test_a_workflow_from_upload_to_webhook(
    client: Nen,
    desktop: Desktop,
    tmp_path: Path,
    receiver: tuple[str, queue.Queue[tuple[bytes, dict[str, str]]]],
) -> None:
    url, arrived = receiver
    try:
        workflow = client.upload_workflow("nen-client", {"workflow.py": WORKFLOW})
    except ServerError as error:
        pytest.skip(f"this server executes no workflows: {error}")
    webhook_secret = client.rotate_webhook_secret().secret
    signing_secret = client.rotate_signing_secret().secret
    try:
        assert workflow.secure_fields == ["password"]
        started, told = start(workflow.workflow_id, signing_secret, desktop, url)
        run_id = started.message_id
        said = [record.text for record in client.follow_run_logs(run_id)]
        assert "begins with ü" in said
        run = client.wait_run(run_id, timeout=120)
        assert (run.success, run.result, run.run_status) == (True, {"length": 1}, "completed")
        assert "begins with ü" in client.get_run_logs(run_id)
        assert len(client.get_run_log_records(run_id)) == len(said)
        steps = list(client.iterate_run_steps(run_id))
        assert [step.call for step in steps] == ["computer.type", "computer.type"]
        pictured = [step.screenshot for step in steps if step.screenshot]
        assert client.get_run_screenshot(run_id, pictured[0]).startswith(b"\x89PNG")
        client.save_run_assets(run, tmp_path / "assets.zip")
        with zipfile.ZipFile(tmp_path / "assets.zip") as assets:
            assert assets.read("out.txt").decode() == "ü"
        assert run_id in [one.message_id for one in client.iterate_runs(limit=1)]
        with pytest.raises(ConflictError):
            client.cancel_run(run_id)
        with pytest.raises(BadRequestError, match="text"):
            client.start_run(workflow.workflow_id, {"text": 5})
        if told:
            check_webhooks(client, run_id, webhook_secret, arrived)
        check_versions(client, workflow.workflow_id)
    finally:
        client.delete_workflow(workflow.workflow_id)


def start(
    workflow_id: str, signing_secret: str, desktop: Desktop, url: str
) -> tuple[RunAccepted, bool]:
    """Starts a run with a secret; and whether its webhooks come, which only a server for
    development sends here.
    """
    options: dict[str, Any] = {
        "secure_params": {"password": "p"},
        "desktop_id": desktop.desktop_id,
    }
    with Nen(signing_secret=signing_secret) as signer:
        try:
            started = signer.start_run(workflow_id, {"text": "ü"}, webhook_callback=url, **options)
        except BadRequestError:
            return signer.start_run(workflow_id, {"text": "ü"}, **options), False
        return started, True


def check_webhooks(
    client: Nen, run_id: str, secret: str, arrived: queue.Queue[tuple[bytes, dict[str, str]]]
) -> None:
    statuses = []
    for _ in range(2):
        body, headers = arrived.get(timeout=20)
        statuses.append(verify_webhook(body, headers, secret).status)
    assert statuses == ["processing", "success"]
    webhooks = client.list_run_webhooks(run_id)
    client.resend_run_webhook(run_id, webhooks[-1].webhook_id)
    body, headers = arrived.get(timeout=20)
    assert verify_webhook(body, headers, secret).message_id == run_id


def check_versions(client: Nen, workflow_id: str) -> None:
    published = client.publish_workflow(
        workflow_id, {"workflow.py": WORKFLOW + "\n# again\n"}, name="other"
    )
    assert (published.version, published.name) == (2, "other")
    assert client.rollback_workflow(workflow_id, 1).version == 3
    versions = client.list_workflow_versions(workflow_id)
    assert [(one.version, one.rolled_back_to) for one in versions] == [(3, 1), (2, None), (1, None)]
    files = client.get_workflow(workflow_id, version=2).files or []
    assert files[0].content.endswith("# again\n")
    assert workflow_id in [one.workflow_id for one in client.list_workflows()]
