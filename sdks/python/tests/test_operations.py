"""Every operation of the API has a method that can say all there is to say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from clients import Client
from fake_server import FakeServer
from operations import OPERATIONS, Row

from nen_client import NenDesktopError

DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs" / "openapi.json").read_text()
)


@dataclass(frozen=True)
class Operation:
    """An operation as the document has it."""

    id: str
    method: str
    path: str
    described: dict[str, Any]

    @property
    def key(self) -> str:
        return self.id if self.id in OPERATIONS else f"{self.method} {self.path}"

    def parameters(self, place: str) -> set[str]:
        return {one["name"] for one in self.described.get("parameters", []) if one["in"] == place}

    def fields(self) -> set[str]:
        content = self.described.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        # An optional body is the schema or null.
        for one in schema.get("oneOf", []):
            schema = one if "$ref" in one else schema
        if "$ref" in schema:
            schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return set(schema.get("properties", {}))

    def fits(self, path: str) -> bool:
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(self.path))
        return re.fullmatch(pattern, path) is not None


def operations() -> list[Operation]:
    return list(_operations())


def _operations() -> Iterator[Operation]:
    for path, methods in DOCUMENT["paths"].items():
        # The view is opened with a viewer's token, by its page; and MCP has clients of its own.
        # Balancers and Prometheus ask by themselves.
        if "/view" in path or path in ("/mcp", "/metrics") or path.startswith("/health/"):
            continue
        for method, described in methods.items():
            # A browser is signed in by a cookie; a program has its key.
            if described["operationId"] in ("signIn", "signOut"):
                continue
            yield Operation(described["operationId"], method.upper(), path, described)


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.id)
def test_an_operation_has_a_method_that_says_all_there_is_to_say(
    make: Callable[..., Client], server: FakeServer, operation: Operation
) -> None:
    rows = OPERATIONS.get(operation.key)
    assert rows, f"no method for {operation.id}, {operation.method} {operation.path}"
    queries: set[str] = set()
    headers: set[str] = set()
    fields: set[str] = set()
    for row in rows:
        request = sent(make(signing_secret="nensig_x"), server, row)
        parts = urlsplit(request.path)
        assert request.method == operation.method
        assert operation.fits(parts.path)
        queries |= {name for name, _ in parse_qsl(parts.query)}
        headers |= {name.lower() for name in request.headers}
        if request.headers["Content-Type"] == "application/json" and "/calls" not in parts.path:
            fields |= set(request.json())
        secured = operation.described.get("security") != [{}]
        assert ("authorization" in headers) == secured
    labels = {"metadata.team" if name == "metadata.{key}" else name for name in queries}
    documented = {
        "metadata.team" if name == "metadata.{key}" else name
        for name in operation.parameters("query")
    }
    assert documented <= labels
    # Such a picture never changes: there is no use in asking whether it has.
    is_kept = operation.id in ("getRunScreenshot", "getToolLogScreenshot")
    needed = set() if is_kept else operation.parameters("header")
    assert {name.lower() for name in needed} <= headers
    assert operation.fields() == fields


@pytest.mark.parametrize(
    "row", [row for rows in OPERATIONS.values() for row in rows], ids=lambda row: row.method
)
def test_nothing_is_sent_that_the_server_would_refuse(
    make: Callable[..., Client], server: FakeServer, row: Row
) -> None:
    request = sent(make(signing_secret="nensig_x"), server, row)
    found = [one for one in operations() if one.fits(urlsplit(request.path).path)]
    described = [one for one in found if one.method == request.method]
    # A document of an older server does not know all of the client's calls.
    allowed = {"dialect", "variant", "display_width", "display_height", "metadata.team"}
    for operation in described:
        names = {name for name, _ in parse_qsl(urlsplit(request.path).query)}
        assert names <= operation.parameters("query") | allowed


def sent(client: Client, server: FakeServer, row: Row) -> Any:
    """The request that a method sends; the answer is an error, so that there is only one."""
    server.seen.clear()
    server.reply({"error": "no"}, 400)
    with pytest.raises(NenDesktopError):
        getattr(client, row.take)(row.method, *row.arguments, **row.options)
    return server.last
