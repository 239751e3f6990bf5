"""GPT works on a desktop with OpenAI's own computer tool."""

import os
import sys

import httpx
import openai

MODEL = "gpt-5.5"
TASK = "Open https://example.com in the browser and tell me what the page says."

nen = httpx.Client(
    base_url=os.environ["NEN_API_URL"],
    headers={"Authorization": f"Bearer {os.environ['NEN_API_KEY']}"},
    timeout=360,
)
dialect = {"dialect": "openai"}


def work(desktop: str, task: str) -> str:
    """Lets the model act until it has nothing left to do."""
    gpt = openai.OpenAI()
    tools = nen.get(f"{desktop}/tools", params=dialect).raise_for_status().json()
    items = [{"role": "user", "content": task}]
    while True:
        answer = gpt.responses.create(model=MODEL, tools=tools, input=items)
        output = [item.to_dict() for item in answer.output]
        if not any(item["type"] in ("computer_call", "function_call") for item in output):
            return answer.output_text
        # Calls with pending_safety_checks are refused here, until a person has acknowledged them.
        results = nen.post(f"{desktop}/calls", params=dialect, json=output).raise_for_status().json()
        items += output + results


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
