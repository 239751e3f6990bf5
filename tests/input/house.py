"""What is called: a server with desktops, files, a workflow and runs, so that calls reach more than 404."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
NEN = ROOT / "target/release/nen"
MODEL = ROOT / "target/release/nen-scripted-model"
TOOLS = ["computer", "bash", "clipboard", "windows"]
# Says something, looks at its desktop and leaves a file: its runs have a log, steps, pictures and a zip.
WORKFLOW = """
from pathlib import Path
from nen import Computer
from pydantic import BaseModel

class Params(BaseModel):
    month: str = "2026-10"

class Result(BaseModel):
    month: str

def run(params: Params) -> Result:
    print("looking")
    Computer().screenshot()
    Path("/artifacts/month.txt").write_text(params.month)
    return Result(month=params.month)
"""
# Whatever the model is asked, it has nothing more to do.
SCRIPT = [{"when": {"contains": ""}, "answer": {"text": "Done."}}]


def start(command: list[str], **kwargs) -> tuple[subprocess.Popen, dict]:
    """Starts a program that says in one line of JSON when it is ready, and ends with the tests even when they are killed."""
    command = ["setpriv", "--pdeathsig", "TERM", "--", *command]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **kwargs)
    line = process.stdout.readline()
    assert line, f"{command} ended instead of starting"
    return process, json.loads(line)


def end(process: subprocess.Popen) -> None:
    """Ends a program as an operator would."""
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)


@dataclass
class House:
    """A running server and what lives in it."""

    url: str
    key: str
    log: Path
    client: httpx.Client
    # Id of the desktop that is acted on and looked at, and of the one that is put to sleep and woken.
    desktop: str = ""
    sleeper: str = ""
    workflow: str = ""
    # An ended run, the name of one of its pictures, the id of its webhook.
    run: str = ""
    picture: str = ""
    webhook: str = ""
    # Desktops, keys, workflows and runs that may be ended by a call.
    spare: dict[str, list[str]] = field(default_factory=dict)
    # How many cases were tried.
    calls: int = 0

    def ask(self, method: str, path: str, **kwargs) -> httpx.Response:
        """A call that has to succeed."""
        answer = self.client.request(method, path, **kwargs)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def furnish(self) -> None:
        """Brings in what the calls are to find."""
        for name in ("desktop", "sleeper"):
            setattr(self, name, self.ask("POST", "/desktops", json={"name": name, "tools": TOOLS}).json()["desktop_id"])
        self.ask("POST", f"/desktops/{self.desktop}/files/seed.txt", content=b"0123456789")
        look = {"action": {"tool": "computer", "action": "screenshot"}}
        self.ask("POST", f"/desktops/{self.desktop}/execute", json=look)
        self.workflow = self.make("workflows")
        body = {"workflow_id": self.workflow, "webhook_callback": "http://hooks.invalid/", "desktop_id": self.desktop}
        self.run = self.ask("POST", "/runs", json=body).json()["messageId"]
        deadline = time.monotonic() + 60
        while "result" not in (run := self.ask("GET", f"/runs/{self.run}").json()):
            assert time.monotonic() < deadline and run["run_status"] in ("queued", "running"), run
            time.sleep(0.05)
        steps = self.ask("GET", f"/runs/{self.run}/steps").json()["steps"]
        self.picture = next(step["screenshot"] for step in steps if step.get("screenshot")).rsplit("/", 1)[1]
        self.webhook = self.ask("GET", f"/runs/{self.run}/webhooks").json()["webhooks"][0]["webhook_id"]

    def make(self, kind: str) -> str:
        """One more of a kind; answers its id."""
        match kind:
            case "desktops":
                return self.ask("POST", "/desktops").json()["desktop_id"]
            case "keys":
                return self.ask("POST", "/keys", json={"name": "spare", "scopes": ["desktops:read"]}).json()["id"]
            case "workflows":
                body = {"name": f"month {time.time_ns()}", "files": [{"filename": "workflow.py", "content": WORKFLOW}]}
                return self.ask("POST", "/workflows", json=body).json()["workflowId"]
            case _:
                # Waits for a desktop until it is cancelled or ends by itself.
                body = {"workflow_id": self.workflow, "desktop_id": self.sleeper}
                return self.ask("POST", "/runs", json=body).json()["messageId"]

    def tidy(self) -> None:
        """What one operation did is not in the way of the next."""
        if self.client.get(f"/desktops/{self.desktop}/session").is_success:
            self.ask("DELETE", f"/desktops/{self.desktop}/session")
        self.ask("DELETE", f"/desktops/{self.desktop}/view/takeover")
        for desktop in self.ask("GET", "/desktops").json():
            if desktop["desktop_id"] not in (self.desktop, self.sleeper):
                self.ask("DELETE", f"/desktops/{desktop['desktop_id']}")
        for run in self.ask("GET", "/runs", params={"limit": 200}).json()["runs"]:
            if run["run_status"] in ("queued", "running"):
                self.client.post(f"/runs/{run['message_id']}/cancel")

    def said_internal(self) -> list[str]:
        """Lines of the log about what was the server's own fault."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if "panicked" in line or "on the server's side" in line]


@contextmanager
def house() -> Iterator[House]:
    """A furnished server; everything is gone afterwards."""
    # Not in pytest's own folder, which is closed to others: desktops run as users of their own.
    folder = Path(tempfile.mkdtemp(prefix="nen-input-"))
    folder.chmod(0o711)
    (folder / "script.json").write_text(json.dumps(SCRIPT))
    model, ready = start([str(MODEL), "--script", str(folder / "script.json")])
    environment = {**os.environ, "NEN_LOG": "error", "NEN_MODEL_ALIASES": f"local={ready['url']}/v1", "NEN_MODEL": "x@local"}
    command = [str(NEN), "--json", "serve", "--listen", "127.0.0.1:0", "--data-dir", str(folder / "data")]
    command += ["--warm-pool", "0", "--max-desktops", "5", "--max-desktops-per-workspace", "4", "--run-slots", "1"]
    # Far more calls than anybody makes, and as many guesses.
    command += ["--rate-limit", "0", "--rate-limit-address", "0", "--lock-out", "0"]
    with (folder / "server.log").open("w") as log:
        server, ready = start(command, env=environment, stderr=log)
    key = (folder / "data/api-key").read_text().strip()
    headers = {"Authorization": f"Bearer {key}"}
    try:
        with httpx.Client(base_url=ready["url"], headers=headers, timeout=60) as client:
            it = House(ready["url"], key, folder / "server.log", client)
            it.furnish()
            yield it
    finally:
        end(server)
        end(model)
        shutil.rmtree(folder)
