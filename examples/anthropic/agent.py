"""Claude works on a desktop with Anthropic's own computer toolset."""

import os
import sys

import anthropic
import httpx

MODEL = "claude-sonnet-5-5"
TASK = "Open https://example.com in the browser and tell me what the page says."

nen = httpx.Client(
    base_url=os.environ["NEN_API_URL"],
    headers={"Authorization": f"Bearer {os.environ['NEN_API_KEY']}"},
    timeout=360,
)
dialect = {"dialect": "anthropic-toolset"}


def work(desktop: str, task: str) -> str:
    """Lets the model act until it has nothing left to do."""
    claude = anthropic.Anthropic()
    tools = nen.get(f"{desktop}/tools", params=dialect).raise_for_status().json()
    messages = [{"role": "user", "content": task}]
    while True:
        answer = claude.messages.create(model=MODEL, max_tokens=4096, tools=tools, messages=messages)
        messages.append({"role": "assistant", "content": answer.content})
        if answer.stop_reason != "tool_use":
            return "".join(block.text for block in answer.content if block.type == "text")
        calls = [block.to_dict() for block in answer.content]
        results = nen.post(f"{desktop}/calls", params=dialect, json=calls).raise_for_status().json()
        messages.append({"role": "user", "content": results})


def main() -> None:
    wanted = {"tools": ["computer", "clipboard", "windows"], "start_url": os.environ.get("START_URL")}
    created = nen.post("/desktops", json=wanted).raise_for_status().json()
    desktop = f"/desktops/{created['desktop_id']}"
    try:
        print(work(desktop, sys.argv[1] if len(sys.argv) > 1 else TASK))
    finally:
        nen.delete(desktop)


if __name__ == "__main__":
    main()
