"""One run of a workflow: params in, `run`, result out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from ._bundle import Workflow
from .errors import ParamsError, ResultError
from .secure import Secure

# Most bytes of a result as JSON. It is kept, shown and sent in webhooks; data goes into files.
MAX_RESULT = 4 * 1024 * 1024

# Most problems that one message lists.
_MOST_PROBLEMS = 20


def perform(workflow: Workflow, params: Any, secure_fields: Iterable[str]) -> dict[str, Any]:
    """Calls `run` with checked params and gives its checked result as JSON values.

    Raises `ParamsError`, `ResultError`, and whatever `run` raises.
    """
    arguments: list[BaseModel] = [read_params(workflow.params, params)]
    if workflow.secure is not None:
        given = set(secure_fields)
        missing = [name for name in workflow.secure.model_fields if name not in given]
        if missing:
            raise ParamsError(f"secure params are missing: {', '.join(missing)}")
        arguments.append(Secure.references(workflow.secure))
    return write_result(workflow.result, workflow.run(*arguments))


def read_params(model: type[BaseModel], params: Any) -> BaseModel:
    """Params as the model has them, read as JSON is read: dates are strings, tuples are arrays."""
    try:
        return model.model_validate_json(json.dumps(params))
    except ValidationError as error:
        raise ParamsError(f"the params do not fit {model.__name__}: {problems(error)}") from None


def write_result(model: type[BaseModel], returned: object) -> dict[str, Any]:
    """What `run` returned, as JSON values."""
    if not isinstance(returned, (model, dict)):
        raise ResultError(f"run returned {_shown(returned)}: it must return a {model.__name__}")
    try:
        result = model.model_validate(returned)
        # Warnings as errors: a field that was assigned a value of another type is not checked again.
        values = result.model_dump(mode="json", warnings="error")
    except ValidationError as error:
        raise ResultError(f"run did not return a {model.__name__}: {problems(error)}") from None
    except Exception as error:  # noqa: BLE001 - serialisers of the model are its own code
        raise ResultError(
            f"the {model.__name__} of run cannot be written as JSON: {error}"
        ) from None
    if not isinstance(values, dict):
        raise ResultError(f"the {model.__name__} of run is no object as JSON")
    taken = [name for name in ("success", "error") if name in values]
    if taken:
        raise ResultError(f"the result has {taken[0]}, a name that is put beside the result")
    try:
        size = len(json.dumps(values, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise ResultError(
            f"the {model.__name__} of run cannot be written as JSON: {error}"
        ) from None
    if size > MAX_RESULT:
        raise ResultError(
            f"the result has {size} bytes as JSON, more than {MAX_RESULT}: "
            "write what is large to a file in /artifacts"
        )
    return values


def problems(error: ValidationError) -> str:
    """What pydantic found, on one line, without links."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    lines = []
    for problem in found[:_MOST_PROBLEMS]:
        path = ".".join(str(part) for part in problem["loc"])
        lines.append(f"{path}: {problem['msg']}" if path else problem["msg"])
    if len(found) > _MOST_PROBLEMS:
        lines.append(f"and {len(found) - _MOST_PROBLEMS} more")
    return "; ".join(lines)


def _shown(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"
