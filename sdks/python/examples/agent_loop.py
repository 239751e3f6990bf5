"""An agent of your own: Claude decides, Nen does.

    pip install anthropic
    NEN_API_KEY=sk_nen_… ANTHROPIC_API_KEY=… python agent_loop.py "Find out which Linux this is"

Nen gives the tools as Anthropic's API takes them, and turns the model's calls into results as the
next request wants them; nothing of it is looked at here. For another provider, name its dialect.
"""

import sys
from typing import Any

import anthropic

from nen_client import Desktop, Nen

MODEL = "claude-sonnet-4-6"
ROUNDS = 30


def work(desktop: Desktop, task: str) -> str:
    """Has the model act until it calls no tool any more; answers its last words."""
    model = anthropic.Anthropic()
    tools: Any = desktop.tools("anthropic")
    messages: list[Any] = [{"role": "user", "content": task}]
    for _ in range(ROUNDS):
        # The beta is the one that belongs to the version of the tool.
        reply = model.beta.messages.create(
            model=MODEL,
            max_tokens=4096,
            tools=tools,
            messages=messages,
            betas=["computer-use-2025-11-24"],
        )
        messages.append({"role": "assistant", "content": reply.content})
        calls = [block for block in reply.content if block.type == "tool_use"]
        if not calls:
            return "".join(block.text for block in reply.content if block.type == "text")
        results = desktop.calls(calls, dialect="anthropic")
        messages.append({"role": "user", "content": results})
    raise SystemExit(f"not done after {ROUNDS} rounds")


def main() -> None:
    """Makes a desktop for the task of the command line."""
    with Nen() as client, client.desktops.create(tools=["computer", "bash"]) as desktop:
        print("watch it at", desktop.session.open().href)
        print(work(desktop, sys.argv[1]))


if __name__ == "__main__":
    main()
