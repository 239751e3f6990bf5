"""Log in to a web portal: an agent finds its way, the secret is typed without ever being seen.

    python -m nen run portal_login.py --param portal=https://portal.example.com --param user=ada

with the password in NEN_SECURE_PASSWORD. The agent is asked for what needs eyes; what is always the same,
such as typing into a field that has the cursor, goes by the keyboard.
"""

from pydantic import BaseModel, Field

from nen import Agent, Computer, Secure, WorkflowError


class Params(BaseModel):
    """Where to log in, and as whom."""

    portal: str = Field(pattern="^https?://")
    user: str = Field(min_length=1)


class SecureParams(BaseModel):
    """What is typed but never seen."""

    password: Secure[str] = Field(min_length=8)


class Result(BaseModel):
    """Who is greeted after the login."""

    greeted_as: str


GREETING = {
    "type": "object",
    "properties": {"name": {"type": "string", "description": "the name of the user, as shown"}},
    "required": ["name"],
}


def run(params: Params, secure_params: SecureParams) -> Result:
    """Logs in and reads back who is logged in."""
    agent, computer = Agent(), Computer()

    agent.execute(
        f"Open Chromium, go to {params.portal} and click into the field for the user name"
    )
    computer.hotkey("ctrl", "a")
    computer.type(params.user)

    agent.execute("Click into the field for the password; do not type anything")
    computer.type(secure_params.password)
    computer.press("Return")

    if not agent.verify("the user is logged in; there is no login form", timeout=30):
        refused = agent.extract("the error message of the login form", {"type": "string"})
        raise WorkflowError(f"{params.portal} refused the login of {params.user}: {refused}")

    found = agent.extract("the name of the user who is logged in", GREETING)
    return Result(greeted_as=found["name"])
