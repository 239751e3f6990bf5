"""Downloads into memory, as a stream and into files."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from clients import Client
from examples_of import ENDED, RUN
from fake_server import FakeServer, Reply

from nen_client import Nen, NenConnectionError, NotFoundError
from nen_client.models import Run, WebhookPayload

TEXT = {"Content-Type": "text/plain", "ETag": '"5-1"'}


def test_a_file_in_memory(client: Client, server: FakeServer) -> None:
    server.add(Reply(200, "Umsätze".encode(), TEXT))
    assert client.ask("download_file", "dsk_1", "a b.txt", "X/Y") == "Umsätze".encode()
    assert server.asked() == ["GET /desktops/dsk_1/files/a%20b.txt?path=X%2FY"]
    assert server.last.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("part", "range_"),
    [
        ({"first_byte": 1, "last_byte": 3}, "bytes=1-3"),
        ({"first_byte": 4}, "bytes=4-"),
        ({"last_byte": 3}, "bytes=0-3"),
    ],
)
def test_a_part_of_a_file(
    client: Client, server: FakeServer, part: dict[str, int], range_: str
) -> None:
    server.add(Reply(206, b"ms"))
    assert client.ask("download_file", "dsk_1", "a.txt", **part) == b"ms"
    assert server.last.headers["Range"] == range_
    server.add(Reply(206, b"ma"))
    assert client.ask("read_file", "dsk_1", "~/a.txt", **part) == b"ma"
    assert server.last.headers["Range"] == range_


def test_a_stream_says_what_it_is(client: Client, server: FakeServer) -> None:
    server.add(Reply(206, b"hello", TEXT))
    download, data = client.download("open_file", "dsk_1", "a.txt", first_byte=0)
    assert data == b"hello"
    assert (download.size, download.etag, download.content_type) == (5, '"5-1"', "text/plain")
    assert download.is_partial
    assert not download.not_modified


def test_a_file_that_is_the_same_is_not_sent(client: Client, server: FakeServer) -> None:
    server.add(Reply(304, b"", {"ETag": '"5-1"'}))
    download, data = client.download("open_file", "dsk_1", "a.txt", unless_etag='"5-1"')
    assert download.not_modified
    assert data == b""
    assert server.last.headers["If-None-Match"] == '"5-1"'


def test_pieces_come_as_they_are_sent(server: FakeServer) -> None:
    gate = threading.Event()
    server.add(Reply(chunks=[b"first", b"second"], until=gate))
    with Nen("sk_nen_x", server.url) as client, client.open_file("dsk_1", "a.txt") as download:
        pieces = iter(download)
        assert next(pieces) == b"first"
        gate.set()
        assert b"".join(pieces) == b"second"
        assert download.size is None


def test_a_file_is_saved(client: Client, server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"an older and longer one")
    server.add(Reply(chunks=[b"hel", b"lo"]))
    assert client.ask("save_file", "dsk_1", "a.txt", tmp_path / "a.txt", path="X") == 5
    assert (tmp_path / "a.txt").read_bytes() == b"hello"
    server.add(Reply(chunks=[b"hello"]))
    assert client.ask("save_desktop_file", "dsk_1", "~/a.txt", str(tmp_path / "b.txt")) == 5
    assert server.last.path == "/desktops/dsk_1/fs/content?path=~%2Fa.txt"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    "broken",
    [
        Reply(200, b"hel", {"Content-Length": "5"}, breaks=True),
        Reply(chunks=[b"hel"], breaks=True),
    ],
)
def test_a_download_that_breaks_off_leaves_the_old_file(
    client: Client, server: FakeServer, tmp_path: Path, broken: Reply
) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    server.add(broken)
    with pytest.raises(NenConnectionError, match=r"broke during GET /desktops/dsk_1/files/a.txt"):
        client.ask("save_file", "dsk_1", "a.txt", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_is_not_there_makes_none(
    client: Client, server: FakeServer, tmp_path: Path
) -> None:
    server.reply({"error": "there is no a.txt on the drive"}, 404)
    with pytest.raises(NotFoundError, match=r"there is no a\.txt"):
        client.ask("save_file", "dsk_1", "a.txt", tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "run",
    [
        Run.model_validate(ENDED),
        WebhookPayload.model_validate(ENDED),
        ENDED["assets"],
    ],
)
def test_assets_are_asked_for_where_the_server_is_and_without_the_key(
    client: Client, server: FakeServer, tmp_path: Path, run: Any
) -> None:
    server.add(Reply(200, b"PK"))
    assert client.ask("save_run_assets", run, tmp_path / "assets.zip") == 2
    assert server.last.path == f"/runs/{RUN['message_id']}/assets.zip?expires=9&signature=5f"
    assert server.last.headers["Authorization"] is None
    server.add(Reply(200, b"PK"))
    assert client.download("open_run_assets", run)[1] == b"PK"


@pytest.mark.parametrize("run", [Run.model_validate(RUN), "https://nen.example.com/else"])
def test_a_run_without_files_is_told_at_once(client: Client, server: FakeServer, run: Any) -> None:
    with pytest.raises(ValueError, match="assets"):
        client.ask("save_run_assets", run, "x.zip")
    assert server.seen == []


def test_a_screen_is_shown_again_only_when_it_has_changed(
    client: Client, server: FakeServer
) -> None:
    server.add(Reply(200, b"\x89PNG", {"Content-Type": "image/png", "ETag": 'W/"1"'}))
    image = client.ask(
        "get_screenshot", "dsk_1", max_width=640, region=(0, 1, 20, 30), cursor=False
    )
    assert (image, image.media_type, image.etag) == (b"\x89PNG", "image/png", 'W/"1"')
    query = "max_width=640&region=0%2C1%2C20%2C30&cursor=false"
    assert server.last.path == f"/desktops/dsk_1/screenshot?{query}"
    server.add(Reply(304)).add(Reply(200, b"\x89PNG2", {"Content-Type": "image/png"}))
    assert client.ask("get_changed_screenshot", "dsk_1", image.etag) is None
    assert server.last.headers["If-None-Match"] == 'W/"1"'
    assert client.ask("get_changed_screenshot", "dsk_1", None) == b"\x89PNG2"
    assert server.last.headers["If-None-Match"] is None


def test_a_picture_of_a_run_by_name_or_path(client: Client, server: FakeServer) -> None:
    for screenshot in ("1.png", "/runs/r/screenshots/1.png"):
        server.add(Reply(200, b"\x89PNG", {"Content-Type": "image/png"}))
        assert client.ask("get_run_screenshot", "r", screenshot) == b"\x89PNG"
        assert server.last.path == "/runs/r/screenshots/1.png"
