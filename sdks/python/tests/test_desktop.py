"""Desktops as objects."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest
from clients import KEY
from examples_of import DESKTOP
from fake_server import FakeServer, Reply

from nen_client import AsyncDesktop, AsyncNen, Desktop, Nen, ServerError, actions

D = DESKTOP["desktop_id"]
AT = f"/desktops/{D}"
DELETED = {"desktop_id": D, "status": "deleted"}
DONE = {"status": "ok", "output": "done"}


def test_a_block_makes_a_desktop_and_deletes_it(server: FakeServer) -> None:
    server.reply(DESKTOP, 201).reply(DONE).reply(DELETED)
    with Nen(KEY, server.url) as client:
        with client.desktops.create(name="x", start_url="https://example.com") as desktop:
            assert desktop.left_click(3, 4, modifiers="ctrl", screenshot="never").output == "done"
        assert (desktop.desktop_id, desktop.info.status) == (D, "running")
        assert repr(desktop) == f"Desktop('{D}', status='running')"
    assert server.asked() == ["POST /desktops", f"POST {AT}/execute", f"DELETE {AT}"]
    assert server.seen[0].json() == {"name": "x", "start_url": "https://example.com"}
    params = {"coordinate": [3, 4], "text": "ctrl"}
    call = {"tool": "computer", "action": "left_click", "params": params}
    assert server.seen[1].json() == {"action": call, "screenshot": "never"}


def test_an_asynchronous_block_does_so_too(server: FakeServer) -> None:
    server.reply(DESKTOP, 201).reply(DONE).reply(DELETED)

    async def run() -> None:
        async with AsyncNen(KEY, server.url) as client:
            async with await client.desktops.create(name="x") as desktop:
                assert (await desktop.type_text("hello")).output == "done"
            assert repr(desktop) == f"AsyncDesktop('{D}', status='running')"

    asyncio.run(run())
    assert server.asked() == ["POST /desktops", f"POST {AT}/execute", f"DELETE {AT}"]


def test_a_block_that_fails_deletes_its_desktop(server: FakeServer) -> None:
    server.reply(DESKTOP, 201).reply(DELETED)
    with Nen(KEY, server.url) as client, pytest.raises(ZeroDivisionError):  # noqa: SIM117
        with client.desktops.create():
            raise ZeroDivisionError
    assert server.last.method == "DELETE"


def test_what_failed_in_a_block_is_told_rather_than_what_failed_in_tidying_up(
    server: FakeServer,
) -> None:
    server.reply(DESKTOP, 201).reply({"error": "broken"}, 500)
    with Nen(KEY, server.url) as client, pytest.raises(ZeroDivisionError):  # noqa: SIM117
        with client.desktops.create():
            raise ZeroDivisionError


def test_a_desktop_that_could_not_be_deleted_is_told(server: FakeServer) -> None:
    server.reply(DESKTOP, 201).reply({"error": "broken"}, 500)
    with Nen(KEY, server.url) as client, pytest.raises(ServerError, match="broken"):  # noqa: SIM117
        with client.desktops.create():
            pass


def test_a_desktop_that_is_gone_already_is_fine(server: FakeServer) -> None:
    for _ in range(2):
        server.reply(DESKTOP, 201).reply({"error": "no desktop"}, 404)

    async def run() -> None:
        async with AsyncNen(KEY, server.url) as client, await client.desktops.create():
            pass

    with Nen(KEY, server.url) as client, client.desktops.create():
        pass
    asyncio.run(run())


def test_a_desktop_knows_what_it_was_last_told(server: FakeServer) -> None:
    statuses = ["paused", "running", "error"]
    server.reply(DESKTOP)
    for status in statuses:
        server.reply({**DESKTOP, "status": status})
    server.reply({**DESKTOP, "name": "other"})
    with Nen(KEY, server.url) as client:
        desktop = client.desktops.get(D)
        asked = [desktop.pause, desktop.resume, desktop.refresh]
        for ask, status in zip(asked, statuses, strict=True):
            assert ask().status == desktop.info.status == status
        desktop.rename("other")
        assert desktop.info.name == "other"


def test_desktops_are_found_by_their_labels(server: FakeServer) -> None:
    server.reply([DESKTOP])
    with Nen(KEY, server.url) as client:
        (desktop,) = client.desktops.list(metadata={"team": "finance", "a b": "ü"})
    assert desktop.desktop_id == D
    assert server.last.path == "/desktops?metadata.team=finance&metadata.a%20b=%C3%BC"


IMAGE = Reply(200, b"\x89PNG", {"Content-Type": "image/png", "ETag": '"1"'})
PARTS: list[tuple[str, tuple[Any, ...], dict[str, Any], Any, str]] = [
    ("screenshot", (), {}, IMAGE, f"GET {AT}/screenshot"),
    ("changed_screenshot", ('"1"',), {}, Reply(304), f"GET {AT}/screenshot"),
    ("batch", ([actions.wait()],), {}, {"status": "ok", "results": []}, f"POST {AT}/execute"),
    ("execute", (), {"tool": "bash", "action": "run"}, DONE, f"POST {AT}/execute"),
    ("list_tools", (), {}, [], f"GET {AT}/tools"),
    ("tools", ("gemini",), {"variant": "x"}, [], f"GET {AT}/tools?dialect=gemini&variant=x"),
    ("calls", ([],), {"dialect": "mcp"}, [], f"POST {AT}/calls?dialect=mcp"),
    ("tool_logs", (), {"limit": 3}, [], f"GET {AT}/tool-logs?limit=3"),
    ("get_clipboard", (), {}, DONE, f"POST {AT}/execute"),
    ("list_windows", (), {}, {"status": "ok", "output": "[]"}, f"POST {AT}/execute"),
    ("files.list", ("X",), {}, {"files": []}, f"GET {AT}/files?path=X"),
    ("files.download", ("a", "X"), {}, Reply(200, b"x"), f"GET {AT}/files/a?path=X"),
    ("files.delete", ("a",), {}, Reply(204), f"DELETE {AT}/files/a"),
    ("fs.list", ("~",), {}, {"path": "/", "files": []}, f"GET {AT}/fs?path=~"),
    ("fs.read", ("~/a",), {}, Reply(200, b"x"), f"GET {AT}/fs/content?path=~%2Fa"),
    ("fs.write", ("~/a", b"x"), {}, Reply(204), f"PUT {AT}/fs/content?path=~%2Fa"),
    ("session.end", (), {}, Reply(204), f"DELETE {AT}/session"),
    ("agent.execute", ("Go",), {}, {"result": {"success": True}}, f"POST {AT}/agent/execute"),
    ("agent.verify", ("Is it?",), {}, {"result": True}, f"POST {AT}/agent/verify"),
    ("agent.extract", ("It", {}), {}, {"result": [1]}, f"POST {AT}/agent/extract"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "options", "answer", "asked"), PARTS, ids=lambda value: str(value)[:30]
)
def test_parts_of_a_desktop_ask_for_the_same_in_both_kinds(
    server: FakeServer,
    name: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    answer: Any,
    asked: str,
) -> None:
    for _ in range(2):
        server.reply(DESKTOP)
        server.add(answer) if isinstance(answer, Reply) else server.reply(answer)

    def part(desktop: Desktop | AsyncDesktop) -> Any:
        of: Any = desktop
        for one in name.split("."):
            of = getattr(of, one)
        return of(*arguments, **options)

    async def run() -> Any:
        async with AsyncNen(KEY, server.url) as client:
            return await part(await client.desktops.get(D))

    with Nen(KEY, server.url) as client:
        blocking = part(client.desktops.get(D))
    assert asyncio.run(run()) == blocking
    assert [one for one in server.asked() if one != f"GET {AT}"] == [asked] * 2


def test_both_kinds_have_the_same_methods_with_the_same_parameters(server: FakeServer) -> None:
    blocking, awaiting = Nen(KEY, server.url), AsyncNen(KEY, server.url)
    names = {name for name in dir(Nen) if not name.startswith("_")}
    assert {name for name in dir(AsyncNen) if not name.startswith("_")} - {"aclose"} == names - {
        "close"
    }
    for name in names - {"close", "desktops", "with_options"}:
        assert inspect.signature(getattr(blocking, name)) == inspect.signature(
            getattr(awaiting, name)
        )
        assert inspect.getdoc(getattr(blocking, name)), name
    for name in dir(Desktop):
        if not name.startswith("_"):
            assert hasattr(AsyncDesktop, name), name
    blocking.close()
    asyncio.run(awaiting.aclose())


def test_a_method_says_what_it_takes(server: FakeServer) -> None:
    server.reply(DESKTOP)
    with Nen(KEY, server.url) as client:
        flat = inspect.signature(client.drag)
        assert list(flat.parameters)[:3] == ["desktop_id", "start_x", "start_y"]
        own = inspect.signature(client.desktops.get(D).drag)
        assert list(own.parameters)[:2] == ["start_x", "start_y"]
