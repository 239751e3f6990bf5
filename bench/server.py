"""A Nen server of the benchmark's own: a free port, a fresh data folder, ended in order and checked for leftovers."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import processes
from cgroups import cgroups
from raw_http import Connection, request

START_LIMIT_S = 30.0
STOP_LIMIT_S = 60.0


class ServerError(Exception):
    """The server did not do as it should."""


@cache
def serve_help(nen: Path) -> str:
    """What `nen serve` can do, to use options that not every build has."""
    return subprocess.run([nen, "serve", "--help"], capture_output=True, text=True, check=True).stdout


class Server:
    """A running `nen serve`."""

    def __init__(self, nen: Path, options: list[str] | None = None) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="nen-bench-"))
        # Desktops of a server run as root belong to other users, who must be able to pass through.
        self.data.chmod(0o711)
        self.log = self.data / "server.log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NEN_")}
        command = [str(nen), "serve", "--json", "--listen", "127.0.0.1:0", "--stop-with-stdin"]
        command += ["--data-dir", str(self.data), "--log", "warn", *(options or [])]
        if "--warm-pool" in serve_help(nen) and "--warm-pool" not in command:
            command += ["--warm-pool", "0"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        try:
            ready = self._ready()
        except BaseException:
            self.process.kill()
            self.process.wait()
            shutil.rmtree(self.data)
            raise
        self.key: str = ready["api_key"]
        url = urlsplit(ready["url"])
        assert url.hostname and url.port
        self.address = (url.hostname, url.port)
        self.headers = {"Authorization": f"Bearer {self.key}"}
        with self.connect() as connection:
            health = connection.exchange(request("GET", "/health"))
            if health.status != 200:
                raise ServerError(f"/health answered {health.status}")

    def _ready(self) -> dict[str, Any]:
        """The line with which it says that it listens."""
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], START_LIMIT_S)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise ServerError(f"the server did not start:\n{self.log.read_text()}")
        return json.loads(line)

    def connect(self) -> Connection:
        return Connection(self.address)

    def request(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> bytes:
        """The bytes of a request with this server's key."""
        return request(method, path, {**self.headers, **(headers or {})}, body)

    def stop(self) -> list[str]:
        """Ends the server and answers what was left of it: nothing, if all is well."""
        groups = [folder for desktop in self._instances() for folder in cgroups(desktop).values()]
        tree = {pid: processes.started(pid) for pid in processes.tree([self.process.pid])}
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return [f"the server did not end in {STOP_LIMIT_S:.0f} s"]
        left = [] if code == 0 else [f"the server ended with {code}: {self.log.read_text()[-1000:]}"]
        for pid, start in tree.items():
            if start is not None and processes.started(pid) == start:
                left.append(f"{processes.name(pid)} ({pid}) is still running")
        left += [f"the cgroup {folder} is still there" for folder in groups if folder.exists()]
        shutil.rmtree(self.data)
        return left

    def _instances(self) -> list[dict[str, Any]]:
        """What the server wrote down about the desktops it runs."""
        files = (self.data / "desktops").glob("dsk_*/instance.json")
        return [json.loads(file.read_text()) for file in files]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        left = self.stop()
        if left and kind is None:
            raise ServerError("; ".join(left))
