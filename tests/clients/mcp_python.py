"""The official Python client of MCP, at both doors of a server, and what the tests do with it."""

import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from conftest import NEN, Server
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

# How long something on a desktop may take.
PATIENCE = 60
EMAIL, PASSWORD = "ada@lumen.example", "correct-Horse7"

WORKFLOW = '''
from pydantic import BaseModel


class Params(BaseModel):
    word: str
    times: int


class Result(BaseModel):
    text: str


def run(params: Params) -> Result:
    print("repeating", params.word)
    return Result(text=params.word * params.times)
'''


class Tools:
    """The tools of a connected client, called by their names without the prefix."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def result(self, name: str, **arguments):
        """Everything a tool answers; a failure is one."""
        return await self.client.call_tool(f"nen_{name}", arguments, read_timeout_seconds=PATIENCE)

    async def content(self, name: str, **arguments) -> list:
        """The content of a tool that must not fail."""
        result = await self.result(name, **arguments)
        assert not result.is_error, result.content
        return result.content

    async def text(self, name: str, **arguments) -> str:
        """The text that comes first."""
        return (await self.content(name, **arguments))[0].text

    async def data(self, name: str, **arguments) -> dict:
        """What a tool answers as data, which its text says as well."""
        result = await self.result(name, **arguments)
        assert not result.is_error, result.content
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content


@asynccontextmanager
async def connected(door: str, server: Server, mode: str = "auto") -> AsyncIterator[Tools]:
    """A client at `/mcp` or at `nen mcp`."""
    if door == "stdio":
        nen = StdioServerParameters(command=str(NEN), args=["mcp"], env=server.environment)
        async with Client(nen, mode=mode) as client:
            yield Tools(client)
        return
    async with httpx2.AsyncClient(headers={"x-api-key": server.key}, timeout=PATIENCE) as http:
        transport = streamable_http_client(f"{server.url}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield Tools(client)


@asynccontextmanager
async def desktop(tools: Tools, /, **wanted) -> AsyncIterator[str]:
    """A desktop's id, for as long as it is needed."""
    made = await tools.data("create_desktop", **wanted)
    try:
        yield made["desktop_id"]
    finally:
        await tools.data("delete_desktop", desktop_id=made["desktop_id"])


async def window(tools: Tools, title: str) -> None:
    """Waits until a window's title begins so, and the screen has settled."""
    end = time.monotonic() + PATIENCE
    while True:
        windows = (await tools.data("windows", action="list"))["windows"]
        if any(window["title"].startswith(title) for window in windows):
            break
        assert time.monotonic() < end, f"no window {title!r} among {windows}"
        await tools.content("computer", action="wait")
    await tools.content("computer", action="wait")


async def enter(tools: Tools, text: str) -> None:
    """Types a text, which may hold tabs and newlines."""
    await tools.content("computer", action="type", text=text)


async def do_portal_task(tools: Tools, portal: str, note: str) -> str:
    """Signs in, finds the open invoice, pays it, and answers the receipt. The desktop is the only one that runs."""
    async with desktop(tools, start_url=portal, tools=["computer", "clipboard", "windows"]):
        await window(tools, "Sign in")
        await enter(tools, f"{EMAIL}\t{PASSWORD}\n")
        await window(tools, "Invoices")
        await tools.content("computer", action="key", text="ctrl+a")
        await tools.content("computer", action="key", text="ctrl+c")
        table = await tools.text("clipboard", action="get")
        rows = [row.split("\t") for row in table.splitlines()]
        [(number, _, amount, _)] = [row for row in rows if row[-1].strip() == "open"]
        await tools.content("computer", action="key", text="ctrl+l")
        await enter(tools, f"{portal}/pay\n")
        await window(tools, "Pay - ")
        await enter(tools, f"{number}\t{amount}\t{note}\n")
        await window(tools, "Paid")
        await tools.content("computer", action="key", text="ctrl+l")
        await enter(tools, f"{portal}/receipt.txt\n")
        await on_drive(tools, "Downloads", "receipt.txt")
        return await tools.text("read_file", path="Downloads/receipt.txt")


async def on_drive(tools: Tools, folder: str, name: str) -> None:
    """Waits until a file is in a folder of the drive, which may not be there yet either."""
    end = time.monotonic() + PATIENCE
    while True:
        result = await tools.result("list_files", path=folder)
        if not result.is_error and name in [file["name"] for file in result.structured_content["files"]]:
            return
        assert time.monotonic() < end, f"no {name} in {folder!r}"


async def last_long(tools: Tools) -> None:
    """A call that leaves a file when it has begun, and then goes on for minutes."""
    await tools.client.call_tool("nen_bash", {"action": "run", "command": "touch /drive/began; sleep 200", "timeout": 300})
    raise AssertionError("it does not end by itself")


def png_size(image) -> tuple[int, int]:
    """The size of an image that must be a PNG."""
    assert image.type == "image" and image.mime_type == "image/png"
    content = base64.b64decode(image.data, validate=True)
    assert content.startswith(b"\x89PNG\r\n\x1a\n") and content.endswith(b"IEND\xaeB`\x82")
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
