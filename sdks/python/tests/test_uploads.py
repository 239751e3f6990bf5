"""Uploads from whatever holds bytes."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from clients import Asyncio, Blocking, Client
from fake_server import FakeServer, Reply

from nen_client import Nen, NenDesktopError, actions
from nen_client._call import Call
from nen_client._failure import seconds_for
from nen_client.calls import files, sessions, tools, workflows

STORED = {"success": True, "size": 5, "filename": "a.txt"}


class OnlyReads:
    """Bytes of unknown length, as a socket or another library gives them."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def read(self, size: int, /) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def a_path(folder: Path) -> Any:
    file = folder / "a.txt"
    file.write_bytes(b"hello")
    return file


def a_file(folder: Path) -> Any:
    file = a_path(folder).open("rb")
    return file


def a_file_read_to_its_middle(folder: Path) -> Any:
    file = io.BytesIO(b"not this: hello")
    file.seek(10)
    return file


@pytest.mark.parametrize(
    ("source", "length"),
    [
        (lambda _: b"hello", "5"),
        (lambda _: bytearray(b"hello"), "5"),
        (lambda _: memoryview(b"hello"), "5"),
        (a_path, "5"),
        (a_file, "5"),
        (a_file_read_to_its_middle, "5"),
        (lambda _: OnlyReads(b"he", b"llo"), None),
        (lambda _: [b"he", b"", b"llo"], None),
        (lambda _: (piece for piece in (b"he", b"llo")), None),
    ],
)
def test_bytes_arrive_from_anywhere(
    client: Client,
    server: FakeServer,
    tmp_path: Path,
    source: Callable[[Path], Any],
    length: str | None,
) -> None:
    server.reply(STORED)
    data = source(tmp_path)
    answer = client.ask("upload_file", "dsk_1", "a b/ä.txt", data, "text/plain", path="X/Y ü")
    if hasattr(data, "close"):
        data.close()
    assert answer.size == 5
    assert server.last.body == b"hello"
    assert server.last.path == "/desktops/dsk_1/files/a%20b%2F%C3%A4.txt?path=X%2FY%20%C3%BC"
    assert server.last.headers["Content-Type"] == "text/plain"
    assert server.last.headers["Content-Length"] == length
    assert server.last.headers["Transfer-Encoding"] == (None if length else "chunked")


def test_an_empty_file_arrives(client: Client, server: FakeServer) -> None:
    server.reply({**STORED, "size": 0})
    client.ask("upload_file", "dsk_1", "a.txt", b"")
    assert server.last.headers["Content-Length"] == "0"
    assert server.last.headers["Content-Type"] == "application/octet-stream"


def test_a_stream_goes_out_while_it_is_made(client: Client, server: FakeServer) -> None:
    made: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(50):
            made.append(number)
            yield bytes(100_000)

    server.reply({**STORED, "size": 5_000_000})
    client.ask("upload_file", "dsk_1", "big.bin", pieces())
    assert len(server.last.body) == 5_000_000
    assert made == list(range(50))


def test_an_asynchronous_stream_is_for_asyncio(server: FakeServer) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"he"
        yield b"llo"

    server.reply(STORED)
    Asyncio(server.url).ask("upload_file", "dsk_1", "a.txt", pieces())
    assert server.last.body == b"hello"


def test_an_asynchronous_stream_is_refused_elsewhere(server: FakeServer) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"hello"

    with pytest.raises(TypeError, match="only be uploaded by AsyncNen"):
        Blocking(server.url).ask("upload_file", "dsk_1", "a.txt", pieces())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("hello", "data is text: encode it, or give a pathlib.Path"),
        (5, "data is a int: give bytes"),
        (io.StringIO, "open it with 'rb'"),
    ],
)
def test_what_holds_no_bytes_is_refused(
    client: Client, server: FakeServer, data: Any, why: str
) -> None:
    with pytest.raises(TypeError, match=why):
        client.ask("upload_file", "dsk_1", "a.txt", data() if callable(data) else data)
    assert server.seen == []


def test_a_file_that_is_not_there_is_said_before_anything_is_sent(
    client: Client, server: FakeServer, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        client.ask("upload_file", "dsk_1", "a.txt", tmp_path / "nothing")
    assert server.seen == []


@pytest.mark.parametrize("source", [lambda _: b"hello", a_path, a_file_read_to_its_middle])
def test_a_written_file_is_sent_again_from_its_beginning(
    client: Client, server: FakeServer, tmp_path: Path, source: Callable[[Path], Any]
) -> None:
    server.reply({"error": "busy"}, 503).reply(None, 204)
    assert client.ask("write_file", "dsk_1", "~/a.txt", source(tmp_path)) is None
    assert [seen.body for seen in server.seen] == [b"hello", b"hello"]
    assert server.last.path == "/desktops/dsk_1/fs/content?path=~%2Fa.txt"


def test_appending_says_so(client: Client, server: FakeServer) -> None:
    server.reply(None, 204)
    client.ask("write_file", "dsk_1", "/tmp/a", b"x", append=True)
    assert server.last.path == "/desktops/dsk_1/fs/content?path=%2Ftmp%2Fa&append=true"


def test_a_pipe_can_be_uploaded(client: Client, server: FakeServer) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"hello")
    os.close(writing)
    server.reply(STORED)
    with open(reading, "rb") as pipe:
        client.ask("upload_file", "dsk_1", "a.txt", pipe)
    assert server.last.body == b"hello"


def test_a_file_that_is_too_large_is_told_by_the_server(client: Client, server: FakeServer) -> None:
    server.reply({"error": "body is too large, at most 100 MiB are taken"}, 413)
    with pytest.raises(NenDesktopError, match="at most 100 MiB") as caught:
        client.ask("upload_file", "dsk_1", "a.txt", iter([b"x"]))
    assert caught.value.status_code == 413


def test_an_upload_has_two_minutes(server: FakeServer) -> None:
    with Nen("sk_nen_x", server.url, timeout=7, long_timeout=50) as client:
        settings = client._io.settings
    long: list[Call[Any]] = [
        files.upload_file("d", "n", b""),
        files.write_file("d", "/n", b""),
        files.download_file("d", "n"),
        tools.execute("d", tool="computer", action="screenshot"),
        tools.calls("d", [], dialect="mcp"),
        workflows.upload_workflow("n", {}),
    ]
    assert [seconds_for(call, settings) for call in long] == [50] * len(long)
    assert seconds_for(files.list_files("d"), settings) == 7
    assert seconds_for(sessions.agent_execute("d", "x"), settings) == 1830


def test_an_action_that_takes_long_by_its_own_wish_has_more_time(server: FakeServer) -> None:
    with Nen("sk_nen_x", server.url) as client:
        settings = client._io.settings
    wishes = [actions.wait(200), actions.hold_key("a", 5), actions.type_text("abcd", interval=0.5)]
    assert seconds_for(tools.perform("d", wishes[0]), settings) == 320
    assert seconds_for(tools.execute_batch("d", wishes), settings) == 120 + 200 + 5 + 2
    assert seconds_for(tools.bash("d", "make", timeout=300), settings) == 420


def test_the_event_loop_goes_on_while_a_file_is_read(server: FakeServer) -> None:
    readers: set[str] = set()

    class Slow(OnlyReads):
        def read(self, size: int, /) -> bytes:
            readers.add(threading.current_thread().name)
            return super().read(size)

    server.add(Reply(200, b'{"success": true, "size": 1, "filename": "a"}'))
    Asyncio(server.url).ask("upload_file", "dsk_1", "a", Slow(b"x"))
    assert threading.main_thread().name not in readers
