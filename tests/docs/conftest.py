"""What the pages are run against: a server, a site its desktops reach, and a model server."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from blocks import ROOT


def start(command: list[str], **kwargs) -> tuple[subprocess.Popen, dict]:
    """Starts a program that says in one line of JSON when it is ready, and ends with the tests even when they are killed."""
    command = ["setpriv", "--pdeathsig", "TERM", "--", *command]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **kwargs)
    line = process.stdout.readline()
    assert line, f"{command} ended instead of starting"
    return process, json.loads(line)


def end(process: subprocess.Popen) -> None:
    """Ends a program as an operator would."""
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)


def free_port() -> int:
    """A port for something that a page starts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Site:
    """A running `nen serve` and what stands around it."""

    url: str
    key: str
    data: Path
    portal: str
    model: str

    def environment(self, home: Path) -> dict[str, str]:
        """What a reader's terminal has: the server, a key, and models that answer."""
        kept = {name: os.environ[name] for name in ("LANG", "TZ") if name in os.environ}
        programs = [ROOT / "target/release", Path(sys.executable).parent, ROOT / ".tools/node/bin"]
        return kept | {
            "PATH": ":".join([*map(str, programs), os.environ["PATH"]]),
            "HOME": str(home),
            "NEN": self.url,
            "KEY": self.key,
            "NEN_API_URL": self.url,
            "NEN_API_KEY": self.key,
            "GOCACHE": os.environ.get("GOCACHE", str(Path.home() / ".cache/go-build")),
            "PYTHONPATH": str(ROOT / "sdks/python/src"),
            "PORTAL": self.portal,
            "PORT": str(free_port()),
            "ANTHROPIC_BASE_URL": self.model,
            "OPENAI_BASE_URL": f"{self.model}/v1",
            "GOOGLE_GEMINI_BASE_URL": self.model,
            "ANTHROPIC_API_KEY": "no-key",
            "OPENAI_API_KEY": "no-key",
            "GEMINI_API_KEY": "no-key",
        }

    def client(self) -> httpx.Client:
        """For looking at it beside the pages."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=120)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A server for all pages. Its own agent has no model, so that what a page says about that holds."""
    portal, at = start([sys.executable, str(ROOT / "tests/portal/portal.py")])
    model, models = start([sys.executable, str(ROOT / "tests/docs/model.py")])
    # Not below pytest's own folder, which every pytest of this user shuts: desktops run as users of their own, who must
    # get to their files through it.
    folder = Path(tempfile.mkdtemp(prefix="nen-docs-"))
    folder.chmod(0o711)
    command = [str(ROOT / "target/release/nen"), "--json", "serve", "--listen", "127.0.0.1:0", "--warm-pool", "0"]
    command += ["--data-dir", str(folder / "data"), "--expose-host-port", str(at["port"]), "--allow-private-webhooks"]
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("NEN_", "ANTHROPIC_", "OPENAI_"))}
    server, ready = start(command, env=bare | {"NEN_LOG": "warn"})
    key = (folder / "data/api-key").read_text().strip()
    yield Site(ready["url"], key, folder / "data", f"http://host.nen:{at['port']}", models["url"])
    for process in (server, model, portal):
        end(process)
    shutil.rmtree(folder)
