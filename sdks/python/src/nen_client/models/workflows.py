"""Workflows and their versions."""

from __future__ import annotations

from typing import Any

from ._model import CamelModel, Model


class SourceFile(Model):
    """A file of a workflow: its path within the bundle, with `/`, and its text."""

    filename: str
    content: str


class Workflow(CamelModel):
    """A workflow, as its current or another version has it.

    The schemas are JSON Schemas of the workflow's models, `secure_fields` names the secrets that a
    run needs. `network` is what its runs may reach beside their desktop, `none` or `internet`.
    `files` is there when one workflow was asked for. Times are Unix seconds.
    """

    workflow_id: str
    name: str
    version: int
    params_schema: dict[str, Any]
    result_schema: dict[str, Any]
    secure_fields: list[str]
    network: str | None = None
    files: list[SourceFile] | None = None
    created_at: int
    updated_at: int


class WorkflowList(Model):
    """All workflows of the workspace."""

    workflows: list[Workflow]


class WorkflowVersion(CamelModel):
    """A version of a workflow: who published it and when (Unix seconds), and whether runs use it
    now.

    `rolled_back_to` is the version whose files were taken, when it is a rollback.
    """

    version: int
    current: bool
    rolled_back_to: int | None = None
    created_by: str
    created_at: int


class WorkflowVersions(Model):
    """The history of a workflow."""

    versions: list[WorkflowVersion]
