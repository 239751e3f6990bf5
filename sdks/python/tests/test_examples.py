"""The examples run."""

from __future__ import annotations

import http.server
import importlib.util
import json
import sys
import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
import pytest
from clients import KEY
from examples_of import DESKTOP, ENDED
from fake_server import FakeServer, Reply
from test_webhooks import BODY, SECRET, nen

EXAMPLES = Path(__file__).parents[1] / "examples"
NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(autouse=True)
def _to_the_server(server: FakeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEN_API_URL", server.url)
    monkeypatch.setenv("NEN_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)


def example(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_quick_start(server: FakeServer, tmp_path: Path) -> None:
    done = {"status": "ok"}
    server.reply(DESKTOP, 201).reply(done).reply(done).reply({"status": "ok", "results": []})
    server.add(Reply(200, b"\x89PNG", {"Content-Type": "image/png"}))
    server.reply({"desktop_id": "d", "status": "deleted"})
    example("quick_start").main()
    assert (tmp_path / "desktop.png").read_bytes() == b"\x89PNG"
    assert server.last.method == "DELETE"


def test_many_desktops(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    import asyncio

    server.reply(DESKTOP, 201).reply({"status": "ok", "output": "number 0 of Linux"})
    server.reply({"desktop_id": "d", "status": "deleted"})
    asyncio.run(example("many_desktops").main(1))
    assert capsys.readouterr().out == "number 0 of Linux\n"


def test_agent_loop(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    call = SimpleNamespace(type="tool_use", model_dump=lambda **_: {"type": "tool_use", "id": "t"})
    word = SimpleNamespace(type="text", text="Debian")
    replies = [SimpleNamespace(content=[call]), SimpleNamespace(content=[word])]
    asked: list[Any] = []

    class Messages:
        def create(self, **options: Any) -> Any:
            asked.append({**options, "messages": list(options["messages"])})
            return replies.pop(0)

    module: Any = ModuleType("anthropic")
    module.Anthropic = lambda: SimpleNamespace(beta=SimpleNamespace(messages=Messages()))
    monkeypatch.setitem(sys.modules, "anthropic", module)
    tools, results = [{"type": "computer_20251124"}], [{"type": "tool_result", "id": "t"}]
    server.reply(DESKTOP).reply(tools).reply(results)
    from nen_client import Nen

    with Nen() as client:
        work = example("agent_loop").work
        assert work(client.desktops.get(DESKTOP["desktop_id"]), "Which Linux is it?") == "Debian"
    assert asked[0]["tools"] == tools
    assert asked[1]["messages"][-1] == {"role": "user", "content": results}
    assert server.last.json() == [{"type": "tool_use", "id": "t"}]


def test_run_workflow(
    server: FakeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow = {
        "workflowId": "w",
        "name": "greeting",
        "version": 1,
        "paramsSchema": {},
        "resultSchema": {},
        "secureFields": [],
        "createdAt": 1,
        "updatedAt": 1,
    }
    record = {"seq": 1, "at": 1.5, "stream": "stdout", "text": "typing hello"}
    server.reply(workflow, 201)
    server.reply({"message": "ok", "messageId": ENDED["message_id"], "workflowId": "w"}, 202)
    server.add(Reply(headers=NDJSON, chunks=[json.dumps(record).encode() + b"\n"]))
    server.add(Reply(headers=NDJSON, chunks=[])).reply(ENDED)
    server.add(Reply(headers=NDJSON, chunks=[])).reply(ENDED)
    server.add(Reply(200, b"PK")).reply(None, 204)
    example("run_workflow").main()
    assert (tmp_path / "assets.zip").read_bytes() == b"PK"
    assert "stdout: typing hello\n{'total': 1204.5}" in capsys.readouterr().out
    assert server.asked()[-1] == "DELETE /workflows/w"


def test_webhook_receiver(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEN_WEBHOOK_SECRET", SECRET)
    receiver = example("webhook_receiver").Receiver
    monkeypatch.setattr(receiver, "log_message", lambda *_: None)
    with http.server.HTTPServer(("127.0.0.1", 0), receiver) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{listening.server_address[1]}"
        with httpx.Client(trust_env=False) as http_client:
            codes = [
                http_client.post(url, content=body, headers=nen()).status_code
                for body in (BODY, BODY, BODY + b" ")
            ]
        listening.shutdown()
        thread.join()
    assert codes == [204, 204, 401]
    assert capsys.readouterr().out == "m processing \n"
