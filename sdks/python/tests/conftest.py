"""What the tests stand on: a server that does as it is told, and both kinds of client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from clients import Asyncio, Blocking, Client
from fake_server import FakeServer


@pytest.fixture(autouse=True)
def _no_environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only live tests may see which server there is."""
    if request.node.path.name != "test_live.py":
        for name in ("NEN_API_URL", "NEN_API_KEY", "NEN_SIGNING_SECRET"):
            monkeypatch.delenv(name, raising=False)
    # Loopback is asked directly, whatever proxies this machine has.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as server:
        yield server


@pytest.fixture(params=[Blocking, Asyncio], ids=lambda kind: kind.name)
def make(request: pytest.FixtureRequest, server: FakeServer) -> Callable[..., Client]:
    """Makes a client of the server, of either kind, with options."""

    def make(**options: Any) -> Client:
        client: Client = request.param(options.pop("base_url", server.url), **options)
        return client

    return make


@pytest.fixture
def client(make: Callable[..., Client]) -> Client:
    return make()
