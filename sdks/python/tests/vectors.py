"""The wire examples that server and clients share, each as a call of this client."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import TypeAdapter

from nen_client import models

FOLDER = Path(__file__).parents[3] / "tests" / "vectors"

# What stands in a path for a value that an earlier answer has.
CAPTURED = "dsk_abc123def456"

TYPES: dict[str, Any] = {
    "Desktop": models.DesktopInfo,
    "DeletedDesktop": models.DeleteResponse,
    "ExecuteReply": models.ExecuteResult,
    "BatchReply": models.BatchResult,
    "SessionInfo": models.SessionInfo,
    "ToolLogEntry": models.ToolLogEntry,
    "Tool": models.ToolSchema,
    "FileList": models.FileList,
    "UploadFileResponse": models.UploadFileResponse,
    "Workflow": models.Workflow,
    "WorkflowList": models.WorkflowList,
    "WorkflowVersions": models.WorkflowVersions,
    "Run": models.Run,
    "RunList": models.RunList,
    "RunAccepted": models.RunAccepted,
    "StepList": models.StepList,
    "WebhookPayload": models.WebhookPayload,
    "WebhookList": models.WebhookList,
    "WorkspaceSettings": models.WorkspaceSettings,
    "ModelBudget": models.ModelBudget,
    "WorkspaceNetwork": models.WorkspaceNetwork,
    "ModelUse": models.ModelUse,
    "NewSecret": models.NewSecret,
    "Key": models.Key,
    "NewKey": models.NewKey,
    "Health": models.Health,
}

# Answers that a method gives the list of, rather than the object around it.
AROUND = {
    "FileList": "files",
    "WorkflowList": "workflows",
    "WorkflowVersions": "versions",
    "StepList": "steps",
    "WebhookList": "webhooks",
    "ModelUse": "days",
}


@dataclass(frozen=True)
class Vector:
    """An example."""

    file: str
    name: str
    request: dict[str, Any]
    response: dict[str, Any]

    @property
    def path(self) -> str:
        return re.sub(r"\{\w+\}", CAPTURED, str(self.request["path"]))

    def json(self) -> Any:
        """The answer, if it is JSON."""
        return self.response.get("json")

    def is_error(self) -> bool:
        return int(self.response["status"]) >= 400


def vectors() -> list[Vector]:
    return [
        Vector(file, example["name"], example["request"], example["response"])
        for file, whole in _files()
        for example in whole["examples"]
    ]


def payloads() -> list[tuple[str, str, Any]]:
    """Name, type and JSON of each."""
    return [
        (payload["name"], payload["type"], payload["json"])
        for _, whole in _files()
        for payload in whole.get("payloads", [])
    ]


def _files() -> Iterator[tuple[str, Any]]:
    for file in sorted(FOLDER.glob("*.json")):
        yield file.stem, json.loads(file.read_text())


def adapter(kind: str) -> TypeAdapter[Any]:
    """Reads and writes a type of the document."""
    if kind.endswith("[]"):
        of: Any = list.__class_getitem__(TYPES[kind.removesuffix("[]")])
        return TypeAdapter(of)
    return TypeAdapter(TYPES[kind])


def written(value: Any) -> Any:
    """JSON of what a method answered."""
    adapter: TypeAdapter[Any] = TypeAdapter(Any)
    return adapter.dump_python(value, mode="json", by_alias=True, exclude_unset=True)


def call_of(vector: Vector) -> tuple[str, list[Any], dict[str, Any]]:
    """The method that sends the example's request, with positional and named arguments."""
    asked = _typed(vector)
    if asked is not None:
        return asked
    # What the typed methods do not let one say: mistakes, and paths that there are not.
    parts = urlsplit(vector.path)
    options: dict[str, Any] = {"query": _query(parts.query), **_sent(vector)}
    return "request", [vector.request["method"], parts.path], options


def _sent(vector: Vector) -> dict[str, Any]:
    request = vector.request
    sent: dict[str, Any] = {"headers": request.get("headers", {})}
    if "json" in request:
        sent["json"] = request["json"]
    if "text" in request:
        sent["data"] = request["text"].encode()
        sent["headers"] = {"content-type": "application/json", **sent["headers"]}
    return sent


def _query(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def _typed(vector: Vector) -> tuple[str, list[Any], dict[str, Any]] | None:
    request, parts = vector.request, urlsplit(vector.path)
    headers: dict[str, str] = request.get("headers", {})
    body: Any = request.get("json")
    query = _query(parts.query)
    if "authorization" in headers or "x-hmac-signature" in headers:
        return None
    match request["method"], [unquote(one) for one in parts.path.strip("/").split("/")]:
        case "GET", ["desktops"]:
            labels = {name.removeprefix("metadata."): value for name, value in query.items()}
            return "list_desktops", [], {"metadata": labels or None}
        case "POST", ["desktops"] if isinstance(body, dict) and "dekstop_type" not in body:
            key = headers.get("idempotency-key")
            return "create_desktop", [], {**body, "idempotency_key": key}
        case "GET", ["desktops", desktop]:
            return "get_desktop", [desktop], {}
        case "PATCH", ["desktops", desktop]:
            return "update_desktop", [desktop], body
        case "DELETE", ["desktops", desktop]:
            return "delete_desktop", [desktop], {}
        case "POST", ["desktops", desktop, ("pause" | "resume") as what]:
            return f"{what}_desktop", [desktop], {}
        case "POST", ["desktops", desktop, "execute"] if body:
            return _execution(desktop, dict(body))
        case "GET", ["desktops", desktop, "tools"]:
            return "list_tools", [desktop], {}
        case "GET", ["desktops", desktop, "tool-logs"]:
            limits = {name: int(value) for name, value in query.items()}
            return "get_tool_logs", [desktop], limits
        case "GET", ["desktops", desktop, "session"]:
            return "get_session", [desktop], {}
        case "PUT", ["desktops", desktop, "session"]:
            return "create_session", [desktop], body or {}
        case "DELETE", ["desktops", desktop, "session"]:
            return "delete_session", [desktop], {}
        case "GET", ["desktops", desktop, "files"]:
            return "list_files", [desktop], query
        case "GET", ["desktops", desktop, "files", name]:
            first, _, last = headers.get("range", "").removeprefix("bytes=").partition("-")
            part = {"first_byte": int(first), "last_byte": int(last)} if last else {}
            return "download_file", [desktop, name], {**query, **part}
        case "POST", ["desktops", desktop, "files", name]:
            data, kind = request["text"].encode(), headers["content-type"]
            return "upload_file", [desktop, name, data, kind], query
        case "DELETE", ["desktops", desktop, "files", name]:
            return "delete_file", [desktop, name], query
        case "GET", ["workflows"]:
            return "list_workflows", [], {}
        case "POST", ["workflows"] if "name" in body:
            files = [models.SourceFile(**file) for file in body["files"]]
            return "upload_workflow", [body["name"], files], {}
        case "GET", ["workflows", workflow]:
            return "get_workflow", [workflow], {}
        case "GET", ["workflows", workflow, "versions"]:
            return "list_workflow_versions", [workflow], {}
        case "GET", ["runs"]:
            limits = {name: int(value) for name, value in query.items()}
            return "list_runs", [], limits
        case "POST", ["runs"] if "workflow_id" in body and "secure_workflow_params" not in body:
            return "start_run", [body["workflow_id"], body["workflow_params"]], {}
        case "GET", ["runs", run]:
            return "get_run", [run], {}
        case "GET", ["settings"]:
            return "get_settings", [], {}
        case "GET", ["settings", "model-use"]:
            return "get_model_use", [], {name: int(value) for name, value in query.items()}
        case "PUT", ["settings", "budget"] if set(body) == {"max_cost_usd"}:
            return "set_budget", [body["max_cost_usd"]], {}
        case "PUT", ["settings", "network"] if set(body) == {"network"}:
            return "set_network", [body["network"]], {}
        case "POST", ["settings", secret, "rotate"]:
            return f"rotate_{secret.replace('-', '_')}", [], {}
    return None


def _execution(desktop: str, body: dict[str, Any]) -> tuple[str, list[Any], dict[str, Any]]:
    if "actions" in body:
        return "execute_batch", [desktop, body.pop("actions")], body
    call = body.pop("action")
    helper = _helper(call["tool"], call["action"], dict(call["params"]))
    if helper is None:
        return "execute", [desktop], {**call, **body}
    name, arguments, options = helper
    return name, [desktop, *arguments], {**options, **body}


def _helper(
    tool: str, action: str, params: dict[str, Any]
) -> tuple[str, list[Any], dict[str, Any]] | None:
    """The method of an action, where it can say what the example says."""
    if tool != "computer" or not isinstance(params.get("coordinate", []), list):
        return None
    place = params.pop("coordinate", [])
    match action:
        case "key" if "text" in params:
            return "key_press", [params.pop("text")], params
        case "type":
            return "type_text", [params.pop("text")], params
        case "hold_key":
            return "hold_key", [params.pop("text")], params
        case "zoom":
            return "zoom", params["region"], {}
        case "left_click_drag" if "path" in params:
            return "drag_path", [params["path"]], {}
        case "left_click_drag":
            return "drag", [*params["start_coordinate"], *place], {}
        case "scroll" if "scroll_direction" in params:
            direction, amount = params["scroll_direction"], params["scroll_amount"]
            return "scroll", place, {"direction": direction, "amount": amount}
        case "scroll" | "key" | "drag":
            return None
        case _:
            modifiers = {"modifiers": params.pop("text")} if "text" in params else {}
            return action, place, {**modifiers, **params}
