"""The vision agent: says in words what is to be done, checked or read on the screen."""

from __future__ import annotations

import math
from typing import Any

from . import _arguments, _transport
from .errors import RPCError


class Agent:
    """A model that looks at the desktop and works on it.

    `model` is the default of this agent's calls; without one, the run's or the server's default is used.
    """

    def __init__(self, model: str | None = None) -> None:
        self.model = _arguments.optional_text("model", model)

    def __repr__(self) -> str:
        return f"Agent(model={self.model!r})"

    def execute(
        self, instruction: str, max_iterations: int | None = None, model: str | None = None
    ) -> dict[str, Any]:
        """Has a task done on the screen and gives what is known about how it went.

        The dict holds `success`, `iterations`, `summary`, `model`, `input_tokens`, `output_tokens`,
        `cost_usd` and `duration_ms`. `max_iterations` bounds how often the model may act, 10 when unset.
        Raises `WorkflowError` when the task could not be done.
        """
        if max_iterations is not None:
            max_iterations = _arguments.whole("max_iterations", max_iterations, least=1)
        args = {
            "instruction": _arguments.text("instruction", instruction),
            "max_iterations": max_iterations,
        }
        answer = self._call("agent.execute", args, model)
        if not isinstance(answer, dict):
            raise RPCError("agent.execute was answered with something that is not an object")
        return answer

    def verify(self, condition: str, timeout: int = 10, model: str | None = None) -> bool:
        """Whether a condition holds on the screen, or comes to hold within `timeout` seconds.

        A condition that does not hold is an answer, not an error.
        """
        args = {
            "condition": _arguments.text("condition", condition),
            "timeout": math.ceil(_arguments.seconds("timeout", timeout)),
        }
        answer = self._call("agent.verify", args, model)
        if not isinstance(answer, bool):
            raise RPCError("agent.verify was answered with something other than true or false")
        return answer

    def extract(self, query: str, schema: dict[str, Any], model: str | None = None) -> Any:
        """Reads something off the screen, in the shape of a JSON Schema: a dict or a list.

        Raises `ValueError` for an empty schema, `WorkflowError` when nothing of that shape was found.
        """
        if not isinstance(schema, dict):
            raise TypeError(f"schema must be a dict, not {_arguments.kind(schema)}")
        if not schema:
            raise ValueError("schema is empty: give a JSON Schema, such as {'type': 'object', …}")
        args = {"query": _arguments.text("query", query), "schema": schema}
        return self._call("agent.extract", args, model)

    def _call(self, name: str, args: dict[str, Any], model: str | None) -> Any:
        transport = _transport.current()
        chosen = _arguments.optional_text("model", model) or self.model or transport.model
        return transport.call(name, {**args, "model": chosen})
