"""Gemini works on a desktop with Google's own computer use."""

import os
import sys

import httpx
from google import genai

MODEL = "gemini-3.5-flash"
TASK = "Open https://example.com in the browser and tell me what the page says."

nen = httpx.Client(
    base_url=os.environ["NEN_API_URL"],
    headers={"Authorization": f"Bearer {os.environ['NEN_API_KEY']}"},
    timeout=360,
)
dialect = {"dialect": "gemini"}


def work(desktop: str, task: str) -> str:
    """Lets the model act until it has nothing left to do."""
    gemini = genai.Client()
    tools = nen.get(f"{desktop}/tools", params=dialect).raise_for_status().json()
    contents = [{"role": "user", "parts": [{"text": task}]}]
    config = {"tools": tools, "automatic_function_calling": {"disable": True}}
    while True:
        answer = gemini.models.generate_content(model=MODEL, contents=contents, config=config)
        if not answer.function_calls:
            return answer.text
        said = answer.candidates[0].content
        contents.append(said)
        # Calls that require confirmation are refused here, until a person has acknowledged them.
        parts = said.model_dump(mode="json", by_alias=True, exclude_none=True)["parts"]
        results = nen.post(f"{desktop}/calls", params=dialect, json=parts).raise_for_status().json()
        contents.append({"role": "user", "parts": results})


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
