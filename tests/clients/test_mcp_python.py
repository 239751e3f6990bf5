"""Everything that the tools of MCP are for, by the official Python client."""

import base64
import subprocess
import time

import anyio
import mcp_python
import pytest
from conftest import NEN, NOTE, RECEIPT
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client

DOORS = ["http", "stdio"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_tools_are_listed_in_every_version_of_the_protocol(server, door, mode):
    async def go():
        async with mcp_python.connected(door, server, mode) as tools:
            listed = (await tools.client.list_tools()).tools
            assert {"nen_run", "nen_computer", "nen_read_file"} <= {tool.name for tool in listed}
            assert (await tools.data("list_desktops"))["desktops"] == []
            with pytest.raises(MCPError, match="unknown tool"):
                await tools.result("no_such_tool")
            refused = await tools.result("get_desktop", desktop_id="dsk_000000000000")
            assert refused.is_error and "no desktop" in refused.content[0].text

    anyio.run(go)


@pytest.mark.parametrize("door", DOORS)
def test_the_portal_task_is_done(server, portal, arrived, door):
    async def go():
        async with mcp_python.connected(door, server) as tools:
            assert await mcp_python.do_portal_task(tools, portal.url_inside, NOTE) == RECEIPT
            assert (await tools.data("list_desktops"))["desktops"] == []

    anyio.run(go)
    arrived()


@pytest.mark.parametrize("door", DOORS)
def test_images_are_pngs_of_the_screen_and_files_are_what_they_are(server, door):
    async def go():
        async with mcp_python.connected(door, server) as tools:
            async with mcp_python.desktop(tools, display={"width": 1920, "height": 1200}) as desktop:
                hint, image = await tools.content("screenshot")
                assert mcp_python.png_size(image) == (1568, 980)
                assert "1920x1200: multiply by 1.224" in hint.text
                # Where the image shows the far corner, the screen has it.
                done, image = await tools.content("computer", action="mouse_move", coordinate=[1919, 1199])
                assert mcp_python.png_size(image) == (1568, 980)
                assert done.text.startswith("moved to (1919, 1199)"), done.text

                sent = bytes(range(256))
                encoded = base64.b64encode(sent).decode()
                await tools.data("write_file", path="in/all.bin", content=encoded, encoding="base64")
                checked = await tools.text("bash", action="run", command="sha256sum < /drive/in/all.bin")
                assert checked.startswith("40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880")
                [blob] = await tools.content("read_file", path="/drive/in/all.bin")
                assert base64.b64decode(blob.resource.blob) == sent
                image = base64.b64decode(image.data)
                encoded = base64.b64encode(image).decode()
                await tools.data("write_file", path="seen.dat", content=encoded, encoding="base64")
                [shown] = await tools.content("read_file", path="seen.dat")
                assert base64.b64decode(shown.data) == image and shown.mime_type == "image/png"
                await tools.data("delete_file", path="seen.dat")
                gone = await tools.result("read_file", path="seen.dat")
                assert gone.is_error and "seen.dat" in gone.content[0].text

                session = await tools.data("open_session", interactive=True)
                assert session["href"].startswith(f"{server.url}/view/{desktop}#token=")
                assert (await tools.data("pause_desktop"))["status"] == "paused"
                nothing = await tools.result("windows", action="list")
                assert nothing.is_error and desktop in nothing.content[0].text
                assert (await tools.data("resume_desktop", desktop_id=desktop))["status"] == "running"

    anyio.run(go)


@pytest.mark.parametrize(("door", "mode"), [("http", "auto"), ("http", "legacy"), ("stdio", "legacy")])
def test_a_call_that_is_cancelled_ends_on_the_desktop(server, door, mode):
    async def go():
        async with mcp_python.connected(door, server, mode) as tools:
            async with mcp_python.desktop(tools):
                async with anyio.create_task_group() as calls:
                    calls.start_soon(mcp_python.last_long, tools)
                    await mcp_python.on_drive(tools, "", "began")
                    calls.cancel_scope.cancel()
                # Two calls on one desktop queue: this one would wait for what is left of the first.
                began = time.monotonic()
                await tools.content("computer", action="cursor_position")
                assert time.monotonic() - began < 20

    anyio.run(go)


@pytest.mark.parametrize("door", DOORS)
def test_a_workflow_is_uploaded_run_and_followed(server, door):
    async def go():
        async with mcp_python.connected(door, server) as tools:
            files = [{"filename": "workflow.py", "content": mcp_python.WORKFLOW}]
            made = await tools.data("update_workflow", files=files, workflowName="repeat", deploymentId="any")
            assert made["version"] == 1 and made["paramsSchema"]["required"] == ["word", "times"]
            workflow = made["workflowId"]
            again = await tools.data("update_workflow", files=files, workflowId=workflow)
            assert (again["workflowId"], again["version"], again["name"]) == (workflow, 2, "repeat")
            listed = (await tools.data("list_workflows"))["workflows"]
            assert workflow in [one["workflowId"] for one in listed]

            wrong = await tools.result("run", workflowId=workflow, params={"word": "na", "times": "often"})
            assert wrong.is_error and "times" in wrong.content[0].text
            run = await tools.data("run", workflowId=workflow, params={"word": "na", "times": "3"})
            assert set(run) == {"messageId", "liveViewUrl"}
            ended(server, run["messageId"])
            status = await tools.data("status", messageId=run["messageId"])
            assert (status["status"], status["result"]) == ("completed", {"text": "nanana"})
            assert "repeating na" in await tools.text("get_run_logs", messageId=run["messageId"])
            [listed] = (await tools.data("list_runs", workflowId=workflow))["runs"]
            assert (listed["messageId"], listed["status"]) == (run["messageId"], "completed")
            assert listed["startTime"] <= listed["endTime"]

    anyio.run(go)


def ended(server, run: str) -> None:
    """Waits for the end of a run, which is the end of its log."""
    with server.client() as client:
        assert "repeating" in client.get(f"/runs/{run}/logs", params={"follow": "true"}).text


def test_nothing_that_is_typed_is_logged(server, tmp_path):
    async def go(log):
        nen = StdioServerParameters(command=str(NEN), args=["mcp", "--log", "trace,rmcp=trace"], env=server.environment)
        async with Client(stdio_client(nen, errlog=log)) as client:
            typing = {"desktop_id": "dsk_000000000000", "action": "type", "text": "correct-Horse7"}
            assert (await client.call_tool("nen_computer", typing)).is_error

    with (tmp_path / "log").open("w+") as log:
        anyio.run(go, log)
        log.seek(0)
        said = log.read()
    assert said, "nothing at all is logged"
    assert "correct-Horse7" not in said and server.key not in said


@pytest.mark.parametrize(
    ("wrong", "says", "code"),
    [
        ({"NEN_API_URL": "http://127.0.0.1:1"}, "no server answers at http://127.0.0.1:1", 1),
        ({"NEN_API_URL": "nonsense"}, "is not a server address", 2),
        ({"NEN_API_KEY": "sk_nen_wrong"}, "does not take the API key", 4),
    ],
)
def test_a_wrong_server_or_key_is_one_sentence(server, wrong, says, code):
    started = subprocess.run(
        [NEN, "mcp"], env={**server.environment, **wrong}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert started.returncode == code
    assert started.stdout == ""
    [line] = started.stderr.splitlines()
    assert says in line and "sk_nen_" not in line
