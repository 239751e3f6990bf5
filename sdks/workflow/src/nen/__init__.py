"""Write workflows that drive a desktop.

from nen import Agent, Computer
from pydantic import BaseModel

class Params(BaseModel):
    query: str

class Result(BaseModel):
    title: str

def run(params: Params) -> Result:
    Agent().execute(f"Search the web for {params.query} and open the first result")
    found = Agent().extract("the title of the page", {"type": "string"})
    return Result(title=found)
"""

from ._version import __version__
from .agent import Agent
from .computer import Computer
from .drive import Drive, File
from .errors import (
    AuthenticationFailed,
    Cancelled,
    ConnectionLost,
    ElementNotFound,
    RPCError,
    TimeoutError,
    VerificationTimeout,
    WorkflowError,
)
from .secure import Secure, SecureValue

__all__ = [
    "Agent",
    "AuthenticationFailed",
    "Cancelled",
    "Computer",
    "ConnectionLost",
    "Drive",
    "ElementNotFound",
    "File",
    "RPCError",
    "Secure",
    "SecureValue",
    "TimeoutError",
    "VerificationTimeout",
    "WorkflowError",
    "__version__",
]
