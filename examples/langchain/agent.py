"""A LangChain agent whose tools are those of a desktop."""

import os
import sys

import httpx
from langchain.agents import create_agent
from langchain.agents.middleware import wrap_model_call
from langchain_core.tools import StructuredTool

MODEL = "anthropic:claude-sonnet-4-6"
TASK = "Open https://example.com in the browser and tell me what the page says."

nen = httpx.Client(
    base_url=os.environ["NEN_API_URL"],
    headers={"Authorization": f"Bearer {os.environ['NEN_API_KEY']}"},
    timeout=360,
)


@wrap_model_call
def one_at_a_time(request, handler):
    """LangChain runs calls side by side, but a keyboard takes them one after the other."""
    return handler(request.override(model_settings={"parallel_tool_calls": False}))


def tool(desktop: str, schema: dict) -> StructuredTool:
    """A tool of the desktop as one of LangChain's."""

    def call(action: str, **params) -> list[dict]:
        done = {"action": {"tool": schema["name"], "action": action, "params": params}}
        reply = nen.post(f"{desktop}/execute", json=done).json()
        content = [{"type": "text", "text": reply.get("output") or reply.get("error") or "Done."}]
        if "base64_image" in reply:
            content.append({"type": "image", "base64": reply["base64_image"], "mime_type": "image/png"})
        return content

    description, parameters = schema["description"], schema["parameters"]
    return StructuredTool.from_function(call, name=schema["name"], description=description, args_schema=parameters)


def main() -> None:
    wanted = {"tools": ["computer", "clipboard", "windows"], "start_url": os.environ.get("START_URL")}
    created = nen.post("/desktops", json=wanted).raise_for_status().json()
    desktop = f"/desktops/{created['desktop_id']}"
    try:
        tools = [tool(desktop, schema) for schema in nen.get(f"{desktop}/tools").raise_for_status().json()]
        agent = create_agent(MODEL, tools, middleware=[one_at_a_time])
        task = {"messages": [{"role": "user", "content": sys.argv[1] if len(sys.argv) > 1 else TASK}]}
        print(agent.invoke(task, {"recursion_limit": 500})["messages"][-1].text)
    finally:
        nen.delete(desktop)


if __name__ == "__main__":
    main()
