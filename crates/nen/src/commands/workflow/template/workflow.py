"""Opens a page in the desktop's browser and reads its headline.

Run it here against a desktop on your server:  nen workflow run . --param url=https://example.com
Publish it, so that it runs on the server:     nen workflow deploy
"""

from nen import Agent, Computer, WorkflowError
from pydantic import BaseModel, Field

__nen_version__ = "1.0.0"


class Params(BaseModel):
    """What a run is given. Every field is a parameter: `--param url=…`, or `workflow_params` of POST /runs."""

    url: str = Field(description="Address of the page")
    wait_seconds: int = Field(default=20, ge=1, le=300, description="How long the page may take")


class Result(BaseModel):
    """What a run answers. It is checked, too: a run that returns something else has failed."""

    headline: str


# A run that needs a password takes it as a secret. The workflow sees a reference only; the desktop gets the text.
# Then `run` has a second parameter, and types it with `computer.type(secure_params.password)`:
#
#   from nen import Secure
#
#   class SecureParams(BaseModel):
#       password: Secure[str]
#
#   def run(params: Params, secure_params: SecureParams) -> Result:


def run(params: Params) -> Result:
    computer = Computer()  # mouse and keyboard: exact, instant, free
    agent = Agent()  # a model that looks at the screen: for what you cannot say in pixels

    agent.execute("Open the Chromium browser with its icon in the task bar", max_iterations=5)
    computer.hotkey("ctrl", "l")
    computer.type(params.url + "\n")

    # Wait for what you want to see, not for a time.
    if not agent.verify(f"the page {params.url} has loaded", timeout=params.wait_seconds):
        raise WorkflowError(f"{params.url} did not load within {params.wait_seconds} seconds")

    found = agent.extract(
        "the main headline of the page",
        {
            "type": "object",
            "properties": {"headline": {"type": "string"}},
            "required": ["headline"],
        },
    )
    print("found", found)  # what is printed stands in the run's log
    return Result(headline=found["headline"])
