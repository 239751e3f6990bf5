"""Runs of workflows: where they are, what they did and said."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field

from ._model import CamelModel, Model

# Exactly where a run is. A newer server may know others.
RunStatus: TypeAlias = (
    Literal["queued", "running", "completed", "failed", "timeout", "cancelled"] | str
)
# What webhooks say about it.
WebhookStatus: TypeAlias = Literal["processing", "success", "failed"] | str


class RunAccepted(CamelModel):
    """The answer to a start: the run will end exactly once. `message_id` is its id."""

    message: str
    message_id: str
    workflow_id: str


class WebhookPayload(Model):
    """What a webhook says about a run.

    `message_id` is the run's id. With the status `success` there is `result`, with `failed` there
    are `error` and `error_type`. `assets` links to the files the run left, until `expires_at` (Unix
    seconds).
    """

    workflow_id: str
    message_id: str
    status: WebhookStatus
    expires_at: int
    success: bool | None = None
    result: Any = None
    error: str | None = None
    error_type: str | None = None
    assets: str | None = None


class Run(WebhookPayload):
    """A run: what its final webhook says, and more.

    `run_status` says exactly where it is. `live_view_url` shows its desktop while it runs. Times
    are Unix seconds with a fraction, durations seconds, costs US dollars; `attempt` is above 1 when
    a worker was lost before the run had touched a desktop.
    """

    run_status: RunStatus
    workflow_version: int
    workflow_name: str
    attempt: int
    workflow_params: Any = None
    webhook_callback: str | None = None
    desktop_id: str | None = None
    live_view_url: str | None = Field(default=None, repr=False)
    model: str | None = None
    concurrency_key: str | None = None
    timeout_seconds: int
    queue_timeout_seconds: int
    cancel_requested: bool
    steps: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    created_at: float
    started_at: float | None = None
    finished_at: float | None = None

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.success is not None


class RunList(Model):
    """A page of runs, newest first; `next_cursor` is there when there are more."""

    runs: list[Run]
    next_cursor: str | None = None


class LogRecord(Model):
    """A line of a run's log.

    `seq` counts from 1 within the run, `at` is in Unix seconds with a fraction, `stream` is
    `stdout`, `stderr`, or `system` for what Nen says.
    """

    seq: int
    at: float
    stream: str
    text: str


class ModelCall(Model):
    """A question to a model: `latency_ms` in milliseconds, `actions` what was done with its answer.

    `screenshot_before` and `screenshot_after` are paths as in `Step.screenshot`.
    """

    number: int
    model: str
    latency_ms: float
    attempts: int
    text: str | None = None
    actions: list[Any] = Field(default_factory=list)
    screenshot_before: str | None = None
    screenshot_after: str | None = None
    input_tokens: int
    cached_tokens: int = 0
    output_tokens: int
    cost_usd: float | None = None


class Step(Model):
    """A call of the workflow's SDK. Typed text is its length, a secret its name.

    `started_at` is in Unix seconds with a fraction, `duration_ms` in milliseconds. `screenshot` is
    what `get_run_screenshot` takes.
    """

    number: int
    call: str
    args: Any = None
    status: Literal["running", "ok", "error"] | str
    output: Any = None
    error: str | None = None
    started_at: float
    duration_ms: float | None = None
    screenshot: str | None = None
    model_calls: list[ModelCall] = Field(default_factory=list)


class StepList(Model):
    """Steps of a run, oldest first."""

    steps: list[Step]


class WebhookAttempt(Model):
    """An attempt to deliver a webhook: when (Unix seconds), for how long (milliseconds), what came
    of it.
    """

    number: int
    at: float
    duration_ms: float
    status_code: int | None = None
    error: str | None = None


class Webhook(Model):
    """A webhook of a run; `delivery` is `pending`, `delivered` or `failed`, times Unix seconds."""

    webhook_id: str
    status: WebhookStatus
    url: str
    delivery: str
    next_attempt_at: float | None = None
    created_at: float
    attempts: list[WebhookAttempt]


class WebhookList(Model):
    """The webhooks of a run, in the order they are sent."""

    webhooks: list[Webhook]
