"""The same by the official TypeScript client, which is a program of its own."""

import json
import subprocess
from pathlib import Path

import pytest
from conftest import NEN, NOTE, RECEIPT

TASK = Path(__file__).with_name("mcp_task.mjs")


@pytest.mark.parametrize(("door", "mode"), [("http", "legacy"), ("http", "auto"), ("stdio", "legacy")])
def test_the_whole_task_is_done(server, portal, arrived, door, mode):
    more = {"NEN": str(NEN), "PORTAL_URL": portal.url_inside, "PORTAL_NOTE": NOTE}
    environment = {**server.environment, **more}
    done = subprocess.run(["node", TASK, door, mode], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["tools"] > 20
    assert found["receipt"] == RECEIPT
    assert found["screenshot"] == ["image/png", "PNG", 1280, 800]
    # Two calls on one desktop queue: one after a call that goes on would take minutes.
    assert found["cancelled"] and found["after_cancel_ms"] < 20_000
    assert found["workflow"] == {"status": "completed", "result": {"text": "nanana"}, "listed": [True]}
    arrived()
