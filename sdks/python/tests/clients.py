"""Both clients behind one face, so that each test says once what holds for both."""

from __future__ import annotations

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx

from nen_client import AsyncNen, Nen

# Certificates take long to read, and the tests have no use for them.
_PLAIN: dict[str, Any] = {"verify": False, "trust_env": False}
KEY = "sk_nen_TestKeyThatMustNotBeSeen0123456789"


class Client(ABC):
    """A client of either kind. `pauses` are the seconds it would have waited between tries."""

    name: str

    def __init__(self, url: str, **options: Any) -> None:
        self.options: dict[str, Any] = {"api_key": KEY, "base_url": url, **options}
        self.pauses: list[float] = []
        # Changes of what no argument of a client is for.
        self.settings: dict[str, Any] = {}

    @abstractmethod
    def ask(self, method: str, *args: Any, **options: Any) -> Any:
        """What a method answers."""

    @abstractmethod
    def all(self, method: str, *args: Any, **options: Any) -> list[Any]:
        """All items that a method gives."""

    @abstractmethod
    def first(self, count: int, method: str, *args: Any, **options: Any) -> list[Any]:
        """As many items of a stream."""

    @abstractmethod
    def download(self, method: str, *args: Any, **options: Any) -> tuple[Any, bytes]:
        """A download after it was read, and its bytes."""


class Blocking(Client):
    """By `Nen`."""

    name = "blocking"

    def with_client(self, do: Callable[[Nen], Any]) -> Any:
        with httpx.Client(**_PLAIN) as http, Nen(**self.options, http_client=http) as client:
            client._io.settings = replace(client._io.settings, **self.settings)
            client._io.pause = lambda seconds: self.pauses.append(float(seconds))
            return do(client)

    def ask(self, method: str, *args: Any, **options: Any) -> Any:
        return self.with_client(lambda client: _method(client, method)(*args, **options))

    def all(self, method: str, *args: Any, **options: Any) -> list[Any]:
        def items(client: Nen) -> list[Any]:
            return list(_method(client, method)(*args, **options))

        found: list[Any] = self.with_client(items)
        return found

    def first(self, count: int, method: str, *args: Any, **options: Any) -> list[Any]:
        def items(client: Nen) -> list[Any]:
            with _method(client, method)(*args, **options) as stream:
                return [next(stream) for _ in range(count)]

        found: list[Any] = self.with_client(items)
        return found

    def download(self, method: str, *args: Any, **options: Any) -> tuple[Any, bytes]:
        def read(client: Nen) -> tuple[Any, bytes]:
            with _method(client, method)(*args, **options) as download:
                return download, download.read()

        found: tuple[Any, bytes] = self.with_client(read)
        return found


class Asyncio(Client):
    """By `AsyncNen`."""

    name = "asyncio"

    def with_client(self, do: Callable[[AsyncNen], Any]) -> Any:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        async def run() -> Any:
            async with (
                httpx.AsyncClient(**_PLAIN) as http,
                AsyncNen(**self.options, http_client=http) as client,
            ):
                client._io.settings = replace(client._io.settings, **self.settings)
                client._io.pause = pause  # type: ignore[assignment]
                answer = do(client)
                return await answer if inspect.isawaitable(answer) else answer

        return asyncio.run(run())

    def ask(self, method: str, *args: Any, **options: Any) -> Any:
        return self.with_client(lambda client: _method(client, method)(*args, **options))

    def all(self, method: str, *args: Any, **options: Any) -> list[Any]:
        async def items(client: AsyncNen) -> list[Any]:
            return [item async for item in _method(client, method)(*args, **options)]

        found: list[Any] = self.with_client(items)
        return found

    def first(self, count: int, method: str, *args: Any, **options: Any) -> list[Any]:
        async def items(client: AsyncNen) -> list[Any]:
            async with _method(client, method)(*args, **options) as stream:
                return [await anext(stream) for _ in range(count)]

        found: list[Any] = self.with_client(items)
        return found

    def download(self, method: str, *args: Any, **options: Any) -> tuple[Any, bytes]:
        async def read(client: AsyncNen) -> tuple[Any, bytes]:
            async with _method(client, method)(*args, **options) as download:
                return download, await download.read()

        found: tuple[Any, bytes] = self.with_client(read)
        return found


def _method(client: Nen | AsyncNen, name: str) -> Any:
    return getattr(client, name)
