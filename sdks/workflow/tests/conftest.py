"""What the tests stand on: a worker that starts the real runner, and a server that writes down requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desktop_server import DesktopServer
from worker import Worker

import nen
from nen import _transport


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Starts the runner on a bundle: the source of workflow.py, and further files by name."""
    workers: list[Worker] = []

    def start(source: str, **files: str) -> Worker:
        worker = Worker(tmp_path / f"run-{len(workers)}", source, files)
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.end()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DesktopServer]:
    """A server, with the environment of local mode pointing to it."""
    with DesktopServer() as server:
        monkeypatch.setenv("NEN_API_URL", server.url)
        monkeypatch.setenv("NEN_API_KEY", "sk_nen_test")
        monkeypatch.setenv("NEN_DESKTOP_ID", "dsk_given")
        # For programs that tests start.
        monkeypatch.setenv("PYTHONPATH", str(Path(nen.__file__).parents[1]))
        yield server
    _transport.use(None)
