"""Workflows: upload, publish, roll back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import httpx

from .._call import Call, Patience, creating, given, json_body, nothing, path, query, reads
from ..models import SourceFile, Workflow, WorkflowList, WorkflowVersion, WorkflowVersions

# The files of a workflow: texts by their paths within it, or what an answer had.
Files: TypeAlias = "Mapping[str, str] | Iterable[SourceFile]"


def upload_workflow(
    name: str, files: Files, *, idempotency_key: str | None = None
) -> Call[Workflow]:
    """Uploads a new workflow: `{"workflow.py": "…", "forms/login.py": "…"}`.

    The server imports it; `BadRequestError` with the code `invalid_workflow` says why it cannot be
    used.
    """
    return Call(
        "POST",
        "/workflows",
        reads(Workflow),
        headers=creating(idempotency_key),
        body=json_body({"name": name, "files": _files(files)}),
        patience=Patience.LONG,
    )


def list_workflows() -> Call[list[Workflow]]:
    """All workflows by name, without their files."""

    def read(response: httpx.Response) -> list[Workflow]:
        return WorkflowList.model_validate_json(response.content).workflows

    return Call("GET", "/workflows", read)


def get_workflow(workflow_id: str, *, version: int | None = None) -> Call[Workflow]:
    """A workflow with its files, as its current or another version has them."""
    asked = query(version=version)
    return Call("GET", path("workflows", workflow_id), reads(Workflow), query=asked)


def publish_workflow(workflow_id: str, files: Files, *, name: str | None = None) -> Call[Workflow]:
    """Publishes a version. Files that are not among `files` are gone; `name` renames it."""
    return Call(
        "PUT",
        path("workflows", workflow_id),
        reads(Workflow),
        body=json_body(given(name=name, files=_files(files))),
        patience=Patience.LONG,
        # Twice sent, it would make two versions.
        repeatable=False,
    )


def list_workflow_versions(workflow_id: str) -> Call[list[WorkflowVersion]]:
    """The history of a workflow, newest first."""

    def read(response: httpx.Response) -> list[WorkflowVersion]:
        return WorkflowVersions.model_validate_json(response.content).versions

    return Call("GET", path("workflows", workflow_id, "versions"), read)


def rollback_workflow(workflow_id: str, version: int) -> Call[Workflow]:
    """Makes the files of an earlier version a new version's, which runs use from now on."""
    body = json_body({"version": version})
    return Call("POST", path("workflows", workflow_id, "rollback"), reads(Workflow), body=body)


def delete_workflow(workflow_id: str) -> Call[None]:
    """Deletes a workflow: it starts no runs any more, those there are stay."""
    return Call("DELETE", path("workflows", workflow_id), nothing)


def _files(files: Files) -> list[dict[str, Any]]:
    if isinstance(files, Mapping):
        return [{"filename": name, "content": text} for name, text in files.items()]
    return [file.model_dump(include={"filename", "content"}) for file in files]
