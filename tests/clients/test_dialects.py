"""The task of the portal in every provider's own words, posted as a model's answer would hold them."""

import itertools
import json
import time

import httpx
import pytest

from conftest import NOTE, RECEIPT, Portal, Server

DIALECTS = [
    ("anthropic", None),
    ("anthropic", "computer_20250124"),
    ("anthropic", "computer_20241022"),
    ("anthropic-toolset", None),
    ("openai", None),
    ("openai", "computer_use_preview"),
    ("openai-functions", None),
    ("openai-functions", "responses"),
    ("gemini", None),
    ("gemini", "browser"),
    ("mcp", None),
]
# A page takes its time on a busy machine.
PATIENCE = 60


class Anthropic:
    """Flat tool uses, answered by tool results."""

    def __init__(self, toolset: bool = False):
        self.toolset = toolset
        self.ids = itertools.count()

    def call(self, tool: str, action: str, **params) -> dict:
        block = {"type": "tool_use", "id": f"toolu_{next(self.ids)}", "name": tool, "input": {"action": action, **params}}
        if self.toolset and tool == "computer":
            return {**block, "name": action, "input": params, "toolset_name": "computer"}
        return block

    def text(self, call: dict, result: dict) -> str:
        assert result["tool_use_id"] == call["id"]
        assert not result.get("is_error"), result
        return result["content"][0]["text"]

    def image(self, result: dict) -> str:
        return result["content"][-1]["source"]["data"]


class Functions:
    """Functions with arguments as text: of chat completions, or of the Responses API."""

    def __init__(self, chat: bool):
        self.chat = chat
        self.ids = itertools.count()

    def call(self, tool: str, action: str, **params) -> dict:
        name, arguments = tool, json.dumps({"action": action, **params})
        if self.chat:
            return {"id": f"call_{next(self.ids)}", "type": "function", "function": {"name": name, "arguments": arguments}}
        return {"type": "function_call", "call_id": f"call_{next(self.ids)}", "name": name, "arguments": arguments}

    def text(self, call: dict, result: dict) -> str:
        if self.chat:
            assert (result["role"], result["tool_call_id"]) == ("tool", call["id"])
            return result["content"]
        assert result["call_id"] == call["call_id"]
        output = result["output"]
        return output if isinstance(output, str) else output[0]["text"]

    def image(self, result: dict) -> str:
        if self.chat:
            return result["content"][0]["image_url"]["url"].split(",")[1]
        return result["output"][1]["image_url"].split(",")[1]


class OpenAI(Functions):
    """OpenAI's computer tool, with functions beside it."""

    def __init__(self, preview: bool):
        super().__init__(chat=False)
        self.preview = preview

    def call(self, tool: str, action: str, **params) -> dict:
        if tool != "computer":
            return super().call(tool, action, **params)
        actions = {
            "type": lambda: {"type": "type", "text": params["text"]},
            "key": lambda: {"type": "keypress", "keys": params["text"].upper().split("+")},
            "screenshot": lambda: {"type": "screenshot"},
        }
        native = actions[action]()
        call = {"type": "computer_call", "id": "cu", "call_id": f"call_{next(self.ids)}", "pending_safety_checks": []}
        return {**call, "action": native} if self.preview else {**call, "actions": [native]}

    def text(self, call: dict, result: dict) -> str:
        if result["type"] == "computer_call_output":
            assert result["call_id"] == call["call_id"]
            assert result["output"]["image_url"].startswith("data:image/png;base64,")
            return ""
        return super().text(call, result)

    def image(self, result: dict) -> str:
        return result["output"]["image_url"].split(",")[1]


class Gemini:
    """Parts with function calls."""

    def call(self, tool: str, action: str, **params) -> dict:
        if tool != "computer":
            return self.part(tool, action=action, **params)
        intent = {"intent": "the task"}
        if action == "type":
            return self.part("type", text=params["text"], **intent)
        if action == "key":
            return self.part("hotkey", keys=params["text"].split("+"), **intent)
        return self.part("take_screenshot", **intent)

    def part(self, name: str, **args) -> dict:
        return {"functionCall": {"name": name, "args": args}}

    def text(self, call: dict, result: dict) -> str:
        response = result["functionResponse"]
        assert response["name"] == call["functionCall"]["name"]
        return response["response"]["output"]

    def image(self, result: dict) -> str:
        return result["functionResponse"]["parts"][0]["inlineData"]["data"]


class Mcp:
    """Parameters of tools/call."""

    def call(self, tool: str, action: str, **params) -> dict:
        return {"name": tool, "arguments": {"action": action, **params}}

    def text(self, call: dict, result: dict) -> str:
        assert result["isError"] is False, result
        return result["content"][0]["text"]

    def image(self, result: dict) -> str:
        return result["content"][-1]["data"]


def words(dialect: str, variant: str | None):
    """How a dialect writes calls and what it reads of results."""
    match dialect:
        case "anthropic":
            return Anthropic()
        case "anthropic-toolset":
            return Anthropic(toolset=True)
        case "openai":
            return OpenAI(preview=variant == "computer_use_preview")
        case "openai-functions":
            return Functions(chat=variant is None)
        case "gemini":
            return Gemini()
        case "mcp":
            return Mcp()


class Hands:
    """A model that knows the portal."""

    def __init__(self, client: httpx.Client, desktop: str, dialect: str, variant: str | None):
        self.client, self.words = client, words(dialect, variant)
        self.path = f"/desktops/{desktop}"
        self.query = {"dialect": dialect} | ({"variant": variant} if variant else {})

    def perform(self, *calls: dict) -> list[dict]:
        """Posts calls as one answer of a model."""
        reply = self.client.post(f"{self.path}/calls", params=self.query, json=list(calls))
        assert reply.status_code == 200, reply.text
        return reply.json()

    def ask(self, tool: str, action: str, **params) -> str:
        call = self.words.call(tool, action, **params)
        return self.words.text(call, self.perform(call)[0])

    def keys(self, *texts: str) -> None:
        """Types texts, and presses what stands in angle brackets, all in one answer."""
        calls = [
            self.words.call("computer", "key", text=text[1:-1])
            if text.startswith("<")
            else self.words.call("computer", "type", text=text)
            for text in texts
        ]
        results = self.perform(*calls)
        for call, result in zip(calls, results, strict=False):
            self.words.text(call, result)

    def go_to(self, url: str, title: str) -> None:
        """Goes to a page by its address; looks, and tries again, as a model does."""
        for _ in range(4):
            self.keys("<ctrl+l>", url, "<Return>")
            try:
                return self.wait_for_page(title, PATIENCE / 4)
            except TimeoutError:
                continue
        raise TimeoutError(f"the browser never came to {title!r}")

    def wait_for_page(self, title: str, patience: float = PATIENCE) -> None:
        """Asks for the windows until one has this title, and the screen has settled."""
        deadline = time.monotonic() + patience
        while title not in (seen := self.ask("windows", "list")):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no window {title!r} among {seen}")
        self.client.post(f"{self.path}/execute", json={"action": {"tool": "computer", "action": "wait"}})


@pytest.mark.parametrize(("dialect", "variant"), DIALECTS, ids=lambda value: value or "default")
def test_the_task_is_done_in_the_providers_words(server: Server, portal: Portal, arrived, dialect, variant):
    with server.client() as client:
        body = {"tools": ["computer", "clipboard", "windows"], "start_url": portal.url_inside}
        desktop = client.post("/desktops", json=body).json()["desktop_id"]
        try:
            hands = Hands(client, desktop, dialect, variant)
            tools = client.get(f"{hands.path}/tools", params=hands.query)
            assert tools.status_code == 200
            assert len(json.dumps(tools.json())) > 100

            hands.wait_for_page("Sign in - ")
            hands.keys("ada@lumen.example", "<Tab>", "correct-Horse7", "<Return>")
            hands.wait_for_page("Invoices - ")
            hands.keys("<ctrl+a>", "<ctrl+c>")
            rows = [row.split("\t") for row in hands.ask("clipboard", "get").splitlines()]
            number, _, amount, _ = next(row for row in rows if row[-1] == "open")
            hands.go_to(f"{portal.url_inside}/pay", "Pay - ")
            hands.keys(number, "<Tab>", amount, "<Tab>", NOTE, "<Return>")
            hands.wait_for_page("Paid - ")
            looked = hands.perform(hands.words.call("computer", "screenshot"))
            assert hands.words.image(looked[-1]).startswith("iVBORw0KGgo")
            hands.keys("<ctrl+l>", f"{portal.url_inside}/receipt.txt", "<Return>")
            assert downloaded(client, desktop) == RECEIPT
        finally:
            client.delete(f"/desktops/{desktop}")
    arrived()


def downloaded(client: httpx.Client, desktop: str) -> str:
    """The receipt, once the browser has put it on the drive."""
    deadline = time.monotonic() + PATIENCE
    path = f"/desktops/{desktop}/files/receipt.txt"
    while (file := client.get(path, params={"path": "Downloads"})).status_code == 404:
        assert time.monotonic() < deadline, "the receipt did not arrive"
    return file.raise_for_status().text
