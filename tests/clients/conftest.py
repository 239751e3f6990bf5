"""A server of ours, the supplier portal, and a key: what every client is tested against."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
NEN = ROOT / "target/release/nen"
SCRIPTED_MODEL = ROOT / "target/release/nen-scripted-model"
# What a person on the portal types; the amount and the number have to be read off the screen.
NOTE = "Zahlung für Café Noir: 312,40 € ✓"
RECEIPT = f"RECEIPT\ninvoice: INV-2042\namount: 312.40\nnote: {NOTE}\n"


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


@dataclass(frozen=True)
class Portal:
    """The site on which every client does the same task."""

    port: int

    @property
    def url_inside(self) -> str:
        """As a desktop reaches it."""
        return f"http://host.nen:{self.port}"

    def record(self) -> dict:
        """What arrived so far."""
        return httpx.get(f"http://127.0.0.1:{self.port}/record").json()


@dataclass(frozen=True)
class Server:
    """A running `nen serve`."""

    url: str
    key: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a client of it finds in its environment."""
        return {**os.environ, "NEN_API_URL": self.url, "NEN_API_KEY": self.key}

    def client(self) -> httpx.Client:
        """For looking at it beside the client that is tested."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=120)


@dataclass(frozen=True)
class Model:
    """A model that does the task on the portal, whoever asks it and in which provider's words."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What a provider's client finds in its environment."""
        return {
            "ANTHROPIC_API_KEY": "k",
            "ANTHROPIC_BASE_URL": self.url,
            "OPENAI_API_KEY": "k",
            "OPENAI_BASE_URL": f"{self.url}/v1",
            "GEMINI_API_KEY": "k",
            "GOOGLE_GEMINI_BASE_URL": self.url,
        }

    def requests(self) -> list[dict]:
        """What it was asked."""
        return httpx.get(f"{self.url}/requests").json()


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """The portal, for all tests."""
    process, ready = start([sys.executable, str(ROOT / "tests/portal/portal.py")], stdin=subprocess.PIPE)
    yield Portal(ready["port"])
    end(process)


@pytest.fixture(scope="session")
def server(portal: Portal) -> Iterator[Server]:
    """A server whose desktops reach the portal, for all tests."""
    # Not in pytest's own folder, which is closed to others: desktops run as users of their own.
    folder = Path(tempfile.mkdtemp(prefix="nen-clients-"))
    folder.chmod(0o711)
    command = [str(NEN), "--json", "serve", "--listen", "127.0.0.1:0", "--data-dir", str(folder / "data")]
    command += ["--warm-pool", "0", "--expose-host-port", str(portal.port)]
    process, ready = start(command, env={**os.environ, "NEN_LOG": "warn"})
    yield Server(ready["url"], (folder / "data/api-key").read_text().strip(), folder)
    end(process)
    shutil.rmtree(folder)


@pytest.fixture
def model(portal: Portal, tmp_path: Path) -> Iterator[Model]:
    """A model for one test, at the beginning of its script."""
    script = (ROOT / "tests/clients/portal.script.json").read_text()
    for name, value in (("portal", portal.url_inside), ("note", NOTE)):
        script = script.replace("{{%s}}" % name, json.dumps(value, ensure_ascii=False)[1:-1])
    (tmp_path / "script.json").write_text(script)
    process, ready = start([str(SCRIPTED_MODEL), "--script", str(tmp_path / "script.json")])
    yield Model(ready["url"])
    end(process)


@pytest.fixture
def arrived(portal: Portal):
    """Checks that exactly one whole task has reached the portal since the test began."""
    before = portal.record()

    def check() -> None:
        now = portal.record()
        new = {name: now[name][len(before[name]) :] for name in ("logins", "payments")}
        assert new["logins"] == [True]
        assert new["payments"] == [{"invoice": "INV-2042", "amount": "312.40", "note": NOTE}]
        assert now["tables"] > before["tables"]
        assert now["receipts"] > before["receipts"]

    return check


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what was left out, and why."""
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(report.longrepr[2].removeprefix("Skipped: "))
