"""Links to an object store: followed where there may be some, with nothing that is the server's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from clients import KEY, Client
from examples_of import ENDED, RUN
from fake_server import FakeServer, Reply

from nen_client import (
    AsyncNen,
    Nen,
    NenConnectionError,
    NenDesktopError,
    NenTimeoutError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    UnexpectedAnswerError,
)

ASSETS = ENDED["assets"]
SIGNED = "/bucket/assets.zip?X-Amz-Credential=a%2Fb&X-Amz-Signature=secret"
REFUSED = (
    b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
    b"<SignatureProvided>secret</SignatureProvided></Error>"
)


@pytest.fixture
def store() -> Iterator[FakeServer]:
    with FakeServer() as store:
        yield store


def leads_to(url: str, status: int = 307) -> Reply:
    return Reply(status, b"", {"Location": url})


def bears_nothing_of_the_servers(store: FakeServer) -> None:
    for name in ("Authorization", "X-Api-Key", "Cookie", "Idempotency-Key", "X-Hmac-Signature"):
        assert store.last.headers[name] is None


def test_assets_come_from_the_store_without_the_key(
    client: Client, server: FakeServer, store: FakeServer, tmp_path: Path
) -> None:
    server.add(leads_to(store.url + SIGNED))
    store.add(Reply(chunks=[b"P", b"K"]))
    assert client.ask("save_run_assets", ASSETS, tmp_path / "assets.zip") == 2
    assert (tmp_path / "assets.zip").read_bytes() == b"PK"
    assert store.asked() == [f"GET {SIGNED}"]
    assert store.last.headers["Accept-Encoding"] == "identity"
    bears_nothing_of_the_servers(store)


def test_a_part_is_asked_for_there_too(
    client: Client, server: FakeServer, store: FakeServer
) -> None:
    server.add(leads_to(store.url + SIGNED))
    store.add(Reply(206, b"K", {"ETag": '"v1"'}))
    download, data = client.download("open_run_assets", ASSETS, first_byte=1)
    assert (data, download.is_partial, download.size, download.etag) == (b"K", True, 1, '"v1"')
    assert store.last.headers["Range"] == "bytes=1-"


# What a program may have set on a client of its own, all of it for the server.
OWN: dict[str, Any] = {
    "verify": False,
    "trust_env": False,
    "auth": ("user", "secret"),
    "headers": {"X-Api-Key": "secret", "Idempotency-Key": "mine"},
    "cookies": {"session": "secret"},
    "params": {"tenant": "secret"},
    "follow_redirects": True,
}


def test_the_store_gets_nothing_that_a_programs_own_client_sends(
    server: FakeServer, store: FakeServer
) -> None:
    server.add(leads_to(store.url + SIGNED))
    store.add(Reply(200, b"PK"))
    with httpx.Client(**OWN) as http, Nen(KEY, server.url, http_client=http) as client:
        assert client.open_run_assets(ASSETS).read() == b"PK"
    assert "session=secret" in server.last.headers["Cookie"]
    assert store.asked() == [f"GET {SIGNED}"]
    bears_nothing_of_the_servers(store)


def test_the_store_gets_nothing_of_it_by_asyncio(server: FakeServer, store: FakeServer) -> None:
    async def read() -> bytes:
        async with httpx.AsyncClient(**OWN) as http:
            client = AsyncNen(KEY, server.url, http_client=http)
            async with client.open_run_assets(ASSETS) as download:
                return await download.read()

    server.add(leads_to(store.url + SIGNED))
    store.add(Reply(200, b"PK"))
    assert asyncio.run(read()) == b"PK"
    assert store.asked() == [f"GET {SIGNED}"]
    bears_nothing_of_the_servers(store)


def test_two_links_are_followed_and_not_three(
    client: Client, server: FakeServer, store: FakeServer
) -> None:
    server.add(leads_to(store.url + "/1"))
    store.add(leads_to(store.url + "/2")).add(Reply(200, b"PK"))
    assert client.download("open_run_assets", ASSETS)[1] == b"PK"
    server.add(leads_to(store.url + "/1"))
    store.add(leads_to(store.url + "/2")).add(leads_to(store.url + SIGNED))
    with pytest.raises(UnexpectedAnswerError, match="the object store at") as caught:
        client.download("open_run_assets", ASSETS)
    assert "secret" not in str(caught.value)
    assert len(store.seen) == 4


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (410, NenDesktopError),
        (500, ServerError),
        (503, ServerError),
    ],
)
def test_a_store_that_refuses_is_said_without_the_signature(
    make: Callable[..., Client],
    server: FakeServer,
    store: FakeServer,
    status: int,
    kind: type[NenDesktopError],
) -> None:
    server.add(leads_to(store.url + SIGNED))
    store.add(Reply(status, REFUSED, {"Content-Type": "application/xml"}))
    with pytest.raises(NenDesktopError) as caught:
        make(max_retries=0).download("open_run_assets", ASSETS)
    error = caught.value
    assert (type(error), error.status_code, error.response_body) == (kind, status, "")
    assert str(error) == (
        f"the object store at {store.url}, where the server has its files, refused it"
        " (AccessDenied): ask again for another link, and if that is refused, too, it is for who"
        f" runs the server (GET /runs/{RUN['message_id']}/assets.zip answered {status})"
    )


def test_a_store_that_is_busy_is_asked_again_by_a_new_link(
    client: Client, server: FakeServer, store: FakeServer
) -> None:
    server.add(leads_to(store.url + "/1")).add(leads_to(store.url + "/2"))
    store.add(Reply(503)).add(Reply(200, b"PK"))
    assert client.download("open_run_assets", ASSETS)[1] == b"PK"
    assert store.asked() == ["GET /1", "GET /2"]
    assert len(client.pauses) == 1


def test_a_store_that_is_not_there_or_breaks_off_is_named(
    make: Callable[..., Client], server: FakeServer, store: FakeServer, tmp_path: Path
) -> None:
    client = make(max_retries=0)
    server.add(leads_to("http://127.0.0.1:1" + SIGNED))
    with pytest.raises(NenConnectionError, match=r"object store at http://127\.0\.0\.1:1,") as e:
        client.download("open_run_assets", ASSETS)
    assert "secret" not in str(e.value)
    server.add(leads_to(store.url + SIGNED))
    store.add(Reply(200, b"P", {"Content-Length": "2"}, breaks=True))
    with pytest.raises(NenConnectionError, match=f"to the object store at {store.url} broke") as e:
        client.ask("save_run_assets", ASSETS, tmp_path / "assets.zip")
    assert "secret" not in str(e.value)
    assert list(tmp_path.iterdir()) == []


def test_a_store_has_the_time_of_a_download(
    make: Callable[..., Client], server: FakeServer, store: FakeServer
) -> None:
    never = threading.Event()
    server.add(leads_to(store.url + SIGNED))
    store.add(Reply(until=never))
    with pytest.raises(NenTimeoutError, match=f"from the object store at {store.url} within 1 s"):
        make(long_timeout=1).download("open_run_assets", ASSETS)
    never.set()


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("get_desktop", ["dsk_1"]),
        ("create_desktop", []),
        ("download_file", ["dsk_1", "a.txt"]),
        ("get_run_screenshot", ["run", "1.png"]),
    ],
)
def test_a_call_that_may_not_lead_elsewhere_is_not_followed(
    client: Client, server: FakeServer, store: FakeServer, method: str, arguments: list[str]
) -> None:
    server.add(leads_to(store.url + SIGNED))
    with pytest.raises(UnexpectedAnswerError, match=f"leads to {store.url}/bucket") as caught:
        client.ask(method, *arguments)
    assert "secret" not in str(caught.value)
    assert store.seen == []


def test_nor_is_it_by_a_programs_own_client(server: FakeServer, store: FakeServer) -> None:
    server.add(leads_to(store.url + SIGNED))
    with httpx.Client(**OWN) as http, pytest.raises(UnexpectedAnswerError, match="leads to"):
        Nen(KEY, server.url, http_client=http).get_desktop("dsk_1")
    assert store.seen == []


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("{store}/a?signature=secret", 302),
        ("file:///etc/passwd?signature=secret", 307),
        ("/login?signature=secret", 307),
    ],
)
def test_assets_lead_to_a_store_in_one_way_only(
    client: Client, server: FakeServer, store: FakeServer, place: str, status: int
) -> None:
    server.add(leads_to(place.format(store=store.url), status))
    with pytest.raises(UnexpectedAnswerError, match="leads to") as caught:
        client.download("open_run_assets", ASSETS)
    assert "secret" not in str(caught.value)
    assert store.seen == []
