"""The wire examples that the server is tested against hold for this client."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from clients import KEY, Client
from fake_server import FakeServer, Reply
from vectors import AROUND, TYPES, Vector, adapter, call_of, payloads, vectors, written

from nen_client import NenDesktopError
from nen_client.errors import class_of


def ids(vector: Vector) -> str:
    return f"{vector.file}: {vector.name}"


@pytest.mark.parametrize("vector", vectors(), ids=ids)
def test_an_example_is_sent_and_read(client: Client, server: FakeServer, vector: Vector) -> None:
    server.add(reply_of(vector))
    method, arguments, options = call_of(vector)
    if vector.is_error():
        with pytest.raises(NenDesktopError) as caught:
            client.ask(method, *arguments, **options)
        check_error(caught.value, vector)
    else:
        check_answer(client.ask(method, *arguments, **options), vector)
    check_request(server, vector)


def reply_of(vector: Vector) -> Reply:
    answer = vector.json()
    if answer is None:
        return Reply(vector.response["status"], vector.response.get("text", "").encode())
    kind = {"Content-Type": "application/json"}
    return Reply(vector.response["status"], json.dumps(answer).encode(), kind)


def check_request(server: FakeServer, vector: Vector) -> None:
    assert server.asked() == [f"{vector.request['method']} {vector.path}"]
    seen, headers = server.last, vector.request.get("headers", {})
    if "json" in vector.request:
        assert seen.json() == vector.request["json"]
        assert seen.headers["Content-Type"] == "application/json"
    else:
        assert seen.body == vector.request.get("text", "").encode()
    for name, value in {"authorization": f"Bearer {KEY}", **headers}.items():
        assert seen.headers[name] == (value or None)


def check_error(error: NenDesktopError, vector: Vector) -> None:
    told = vector.json()
    assert error.status_code == vector.response["status"]
    assert isinstance(error, class_of(error.status_code or 0))
    assert json.loads(error.response_body) == told
    assert error.code == (told["error"] if "message" in told else None)
    path = urlsplit(vector.path).path
    if path != "/nope" and error.status_code != 405:
        assert str(error).startswith(told.get("message", told["error"]))


def check_answer(answer: Any, vector: Vector) -> None:
    kind = vector.response.get("type")
    if kind is None:
        text = vector.response.get("text")
        assert answer == (None if text is None else text.encode())
        return
    told = vector.json()
    around = AROUND.get(kind)
    assert written(answer) == (told if around is None else told[around])
    if kind in TYPES and around is None:
        assert type(answer) is TYPES[kind]


@pytest.mark.parametrize(("name", "kind", "said"), payloads(), ids=lambda value: str(value)[:50])
def test_a_payload_is_read_and_written_again(name: str, kind: str, said: Any) -> None:
    reader = adapter(kind)
    value = reader.validate_json(json.dumps(said))
    assert reader.dump_python(value, mode="json", by_alias=True, exclude_unset=True) == said


@pytest.mark.parametrize("vector", vectors(), ids=ids)
def test_what_a_newer_server_adds_breaks_nothing(vector: Vector) -> None:
    kind = vector.response.get("type")
    if kind is None or vector.is_error():
        return
    newer = grown(vector.json())
    reader = adapter(kind)
    value = reader.validate_python(newer)
    assert reader.dump_python(value, mode="json", by_alias=True, exclude_unset=True) == newer


def grown(value: Any) -> Any:
    """The same with a field more in each object, and with values that are not known yet."""
    if isinstance(value, list):
        return [grown(one) for one in value]
    if not isinstance(value, dict):
        return value
    unknown = {"status", "run_status", "network", "on_idle", "provisioning", "delivery", "stream"}
    fields: dict[str, Any] = {}
    for name, one in value.items():
        # Labels have no fields: they are the caller's.
        fields[name] = one if name == "metadata" else "later" if name in unknown else grown(one)
    return {**fields, "addedLater": {"x": 1}}


def test_every_action_of_the_examples_has_a_method() -> None:
    methods = {call_of(vector)[0] for vector in vectors() if vector.file == "execute"}
    assert "request" not in methods
    assert len(methods) > 18
