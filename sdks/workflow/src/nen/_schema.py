"""What a workflow takes and gives, as JSON Schema."""

from __future__ import annotations

import typing
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from ._bundle import Workflow
from .errors import InvalidWorkflow


def describe(workflow: Workflow) -> dict[str, Any]:
    """The answer to the question what a workflow is."""
    secure = (
        None if workflow.secure is None else _schema(secret_values(workflow.secure), "validation")
    )
    return {
        "params_schema": _schema(workflow.params, "validation"),
        "result_schema": _schema(workflow.result, "serialization"),
        "secure_fields": workflow.secure_fields,
        "secure_schema": secure,
        "nen_version": workflow.version,
        "network": workflow.network,
    }


def secret_values(model: type[BaseModel]) -> type[BaseModel]:
    """The model that the secrets themselves fit: each `Secure[str]` is its str, with its constraints."""
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        inner = typing.get_args(field.annotation)[0]
        about = Field(title=field.title, description=field.description)
        # Two parts of one Annotated: what was said inside of the brackets, and what beside them.
        fields[name] = (Annotated[(inner, *field.metadata)] if field.metadata else inner, about)
    return create_model(model.__name__, __config__={"hide_input_in_errors": True}, **fields)


def _schema(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> dict[str, Any]:
    # Params are read by their aliases; results are written by their names unless the model says otherwise.
    by_alias = mode == "validation" or bool(model.model_config.get("serialize_by_alias"))
    try:
        return model.model_json_schema(mode=mode, by_alias=by_alias)
    except Exception as error:  # noqa: BLE001 - models bring code of their own
        raise InvalidWorkflow(
            f"{model.__name__} has no JSON Schema, so its values cannot be sent: {error}"
        ) from None
