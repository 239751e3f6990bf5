"""The task of the portal over each of our SDKs, and over the command line."""

import json
import os
import subprocess
import sys
import time

import pytest

from conftest import NEN, NOTE, RECEIPT, ROOT, Portal, Server

# What runs an SDK's program for the task, from the SDK's folder.
PROGRAMS = {
    "python": [sys.executable, "tests/portal_task.py"],
    "javascript": ["node", "tests/portal-task.mjs"],
    "go": ["go", "run", "./internal/portaltask"],
}


@pytest.mark.parametrize("sdk", PROGRAMS)
def test_the_task_is_done_over_the_sdk(server: Server, portal: Portal, arrived, sdk: str):
    folder = ROOT / "sdks" / sdk
    environment = {
        **server.environment,
        "PORTAL_URL": portal.url_inside,
        "PORTAL_NOTE": NOTE,
        "PYTHONPATH": str(folder / "src"),
    }
    done = subprocess.run(
        PROGRAMS[sdk], cwd=folder, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"invoice": "INV-2042", "amount": "312.40", "receipt": RECEIPT}
    arrived()


class Cli:
    """`nen` on one desktop."""

    def __init__(self, server: Server):
        self.environment = {**os.environ, **server.environment}

    def __call__(self, *arguments: str):
        done = subprocess.run(
            [NEN, "--json", *arguments], env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None


def test_the_task_is_done_by_the_command_line(server: Server, portal: Portal, arrived, tmp_path):
    nen = Cli(server)
    tools = "computer,clipboard,windows"
    desktop = nen("desktop", "create", "--tools", tools, "--start-url", portal.url_inside)["desktop_id"]

    def act(action: str, tool: str = "computer", **params) -> dict:
        given = [f"{name}:={json.dumps(value)}" for name, value in params.items()]
        return nen("desktop", "exec", desktop, "--tool", tool, action, *given)

    def wait_for_page(title: str) -> None:
        deadline = time.monotonic() + 60
        while title not in act("list", tool="windows")["output"]:
            assert time.monotonic() < deadline, f"no window {title!r}"
        act("wait")

    def keys(*texts: str) -> None:
        for text in texts:
            act("key", text=text[1:-1]) if text.startswith("<") else act("type", text=text)

    try:
        wait_for_page("Sign in - ")
        keys("ada@lumen.example", "<Tab>", "correct-Horse7", "<Return>")
        wait_for_page("Invoices - ")
        keys("<ctrl+a>", "<ctrl+c>")
        rows = [row.split("\t") for row in act("get", tool="clipboard")["output"].splitlines()]
        number, _, amount, _ = next(row for row in rows if row[-1] == "open")
        keys("<ctrl+l>", f"{portal.url_inside}/pay", "<Return>")
        wait_for_page("Pay - ")
        keys(number, "<Tab>", amount, "<Tab>", NOTE, "<Return>")
        wait_for_page("Paid - ")
        keys("<ctrl+l>", f"{portal.url_inside}/receipt.txt", "<Return>")
        deadline = time.monotonic() + 60
        while "receipt.txt" not in json.dumps(nen("desktop", "files", "list", desktop, "--path", "Downloads")):
            assert time.monotonic() < deadline, "the receipt did not arrive"
        target = tmp_path / "receipt.txt"
        nen("desktop", "files", "download", desktop, "receipt.txt", "--path", "Downloads", "--output", str(target))
        assert target.read_text() == RECEIPT
    finally:
        nen("desktop", "delete", desktop, "--force")
    arrived()
