"""The examples: each is a workflow, and does what it says against a worker that plays its desktop."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
PNG = b"\x89PNG of a form"


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_is_a_workflow_and_short(start, example):
    source = example.read_text(encoding="utf-8")
    assert "described" in start(source).describe()
    assert len(source.splitlines()) <= 140


def source(name: str) -> str:
    return (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")


def test_portal_login_types_the_secret_by_reference(start):
    def answer(call, args):
        return {"agent.execute": {}, "agent.verify": True, "agent.extract": {"name": "Ada L."}}.get(
            call
        )

    worker = start(source("portal_login"))
    params = {"portal": "https://portal.example.com", "user": "ada"}
    outcome = worker.run(params, answer, secure=["password"])
    assert outcome == {"result": {"greeted_as": "Ada L."}}
    typed = [args["text"] for call, args in worker.calls if call == "computer.type"]
    assert typed == ["ada", {"secure": "password"}]


def test_portal_login_says_why_it_was_refused(start):
    def answer(call, args):
        return {"agent.execute": {}, "agent.verify": False, "agent.extract": "wrong password"}.get(
            call
        )

    worker = start(source("portal_login"))
    params = {"portal": "https://p.example.com", "user": "ada"}
    kind, message = worker.failure(params=params, answer=answer, secure=["password"])
    assert (kind, message) == (
        "WorkflowError",
        "https://p.example.com refused the login of ada: wrong password",
    )


def test_invoice_download_keeps_only_what_is_new(start):
    listed = [["old.pdf"], ["old.pdf", "new.pdf"]]

    def answer(call, args):
        if call == "drive.list":
            files = [{"name": name, "size": 3, "modified": 0} for name in listed.pop(0)]
            return {"path": "/drive/Downloads", "files": files}
        if call == "drive.read":
            assert args["path"] == "/drive/Downloads/new.pdf"
            return {"data": base64.b64encode(b"PDF").decode(), "end": True}
        return {}

    worker = start(source("invoice_download"))
    outcome = worker.run({"portal": "https://p.example.com", "vendor": "Acme"}, answer)
    assert outcome == {"result": {"invoices": [{"name": "new.pdf", "size": 3}]}}
    assert worker.output == "saving new.pdf, 3 bytes\n"
    assert {path.name for path in worker.artifacts.iterdir()} == {"new.pdf", "invoices.csv"}
    assert (worker.artifacts / "new.pdf").read_bytes() == b"PDF"


def test_fill_form_uses_nothing_but_the_keyboard(start):
    def answer(call, args):
        return {"png": base64.b64encode(PNG).decode()} if call == "computer.screenshot" else None

    worker = start(source("fill_form"))
    params = {"url": "https://example.com/form", "fields": ["Ada", "ü@example.com"]}
    outcome = worker.run(params, answer)
    assert outcome == {"result": {"filled": 2, "screenshot": "form.png"}}
    calls = {call.partition(".")[2] for call, _ in worker.calls}
    assert calls == {"hotkey", "type", "press", "wait", "screenshot"}
    typed = [args["text"] for call, args in worker.calls if call == "computer.type"]
    assert typed[-3:] == ["https://example.com/form", "Ada", "ü@example.com"]
    assert (worker.artifacts / "form.png").read_bytes() == PNG
