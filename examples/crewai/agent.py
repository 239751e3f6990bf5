"""A CrewAI agent whose tools are those of a desktop."""

import os
import sys

import httpx
from crewai import LLM, Agent
from crewai.tools import BaseTool
from crewai.utilities.pydantic_schema_utils import create_model_from_schema

TASK = "Open https://example.com in the browser and tell me what its window is called."

nen = httpx.Client(
    base_url=os.environ["NEN_API_URL"],
    headers={"Authorization": f"Bearer {os.environ['NEN_API_KEY']}"},
    timeout=360,
)


class DesktopTool(BaseTool):
    """A tool of the desktop as one of CrewAI's. It answers in words, so it says what is open now."""

    desktop: str

    def _run(self, action: str, **params) -> str:
        given = {name: value for name, value in params.items() if value is not None}
        actions = [{"tool": self.name, "action": action, "params": given}, {"tool": "windows", "action": "list"}]
        reply = nen.post(f"{self.desktop}/execute", json={"actions": actions, "screenshot": "never"}).json()
        results = reply.get("results", [reply])
        return "\n".join(result.get("output") or result.get("error") or "Done." for result in results)


def tool(desktop: str, schema: dict) -> DesktopTool:
    parameters = create_model_from_schema(schema["parameters"], model_name=schema["name"])
    return DesktopTool(
        name=schema["name"], description=schema["description"], args_schema=parameters, desktop=desktop
    )


def main() -> None:
    wanted = {"tools": ["computer", "clipboard", "windows"], "start_url": os.environ.get("START_URL")}
    created = nen.post("/desktops", json=wanted).raise_for_status().json()
    desktop = f"/desktops/{created['desktop_id']}"
    try:
        agent = Agent(
            role="Clerk",
            goal="Do office work on a desktop",
            backstory="You know your way around a browser, by keyboard alone.",
            # CrewAI runs calls side by side, but a keyboard takes them one after the other.
            llm=LLM(model="openai/gpt-5.5", parallel_tool_calls=False),
            tools=[tool(desktop, schema) for schema in nen.get(f"{desktop}/tools").raise_for_status().json()],
            max_iter=200,
        )
        print(agent.kickoff(sys.argv[1] if len(sys.argv) > 1 else TASK).raw)
    finally:
        nen.delete(desktop)


if __name__ == "__main__":
    main()
