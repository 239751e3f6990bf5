"""Runs of workflows: start, wait, read, cancel; their logs, steps, files and webhooks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from .._call import Call, Patience, creating, given, json_body, part, path, query, reads
from .._follow import EndOfRun, LogFollower, log_call
from .._plans import Opening, Pages, Saving, Waiting
from ..image import Image
from ..models import (
    LogRecord,
    Run,
    RunAccepted,
    RunList,
    RunStatus,
    Step,
    StepList,
    Webhook,
    WebhookList,
    WebhookPayload,
)
from ..options import CreateOptions


def start_run(
    workflow_id: str,
    params: Mapping[str, Any] | Any = None,
    *,
    secure_params: Mapping[str, str] | None = None,
    webhook_callback: str | None = None,
    desktop_id: str | None = None,
    desktop: CreateOptions | None = None,
    timeout_seconds: int | None = None,
    queue_timeout_seconds: int | None = None,
    concurrency_key: str | None = None,
    model: str | None = None,
    max_cost_usd: float | None = None,
    idempotency_key: str | None = None,
) -> Call[RunAccepted]:
    """Starts a run and answers once it is accepted; `message_id` is its id.

    - `params`: a dict or a pydantic model; `BadRequestError` names by its path what does not fit.
    - `secure_params`: the secrets. The request is then signed with the client's `signing_secret`.
    - `webhook_callback`: where webhooks go; without it the result is at `get_run` and `wait_run`
      only.
    - `desktop_id`: a desktop to use and leave as it is, or `desktop`: how to make one.
    - `timeout_seconds` (1800) from its start, `queue_timeout_seconds` (3600) until then.
    - `concurrency_key`: of the runs with the same one, one goes at a time.
    - `model`: for agents where the workflow names none. `max_cost_usd`: US dollars its models may
      cost.
    """
    body = given(
        workflow_id=workflow_id,
        workflow_params=params,
        secure_workflow_params=secure_params,
        webhook_callback=webhook_callback,
        desktop_id=desktop_id,
        desktop=None if desktop is None else given(**desktop),
        timeout_seconds=timeout_seconds,
        queue_timeout_seconds=queue_timeout_seconds,
        concurrency_key=concurrency_key,
        model=model,
        max_cost_usd=max_cost_usd,
    )
    return Call(
        "POST",
        "/runs",
        reads(RunAccepted),
        headers=creating(idempotency_key),
        body=json_body(body),
        signed=secure_params is not None,
    )


def get_run(run_id: str) -> Call[Run]:
    """A run: where it is and, once it has `ended`, its result."""
    return Call("GET", path("runs", run_id), reads(Run))


def wait_run(run_id: str, *, timeout: float | None = None) -> Waiting[Run]:
    """Waits until a run has ended, however that may be, and answers it.

    `NenTimeoutError` when that takes more than `timeout` seconds; the run goes on then.
    """
    return Waiting(EndOfRun(run_id, timeout))


def list_runs(
    *,
    workflow_id: str | None = None,
    status: RunStatus | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[RunList]:
    """A page of runs, newest first: `limit` of them (50, at most 200), after the page whose
    `next_cursor` is given.
    """
    asked = query(workflow_id=workflow_id, status=status, limit=limit, cursor=cursor)
    return Call("GET", "/runs", reads(RunList), query=asked)


def iterate_runs(
    *, workflow_id: str | None = None, status: RunStatus | None = None, limit: int | None = None
) -> Pages[Run]:
    """All runs, newest first, asked for page by page as they are needed; `limit` is the size of a
    page.
    """

    def following(page: RunList) -> Call[RunList] | None:
        if page.next_cursor is None:
            return None
        return list_runs(
            workflow_id=workflow_id, status=status, limit=limit, cursor=page.next_cursor
        )

    first = list_runs(workflow_id=workflow_id, status=status, limit=limit)
    return Pages(first, lambda page: page.runs, following)


def cancel_run(run_id: str) -> Call[Run]:
    """Cancels a run. One that is being executed ends soon; `ConflictError` when it had ended."""
    return Call("POST", path("runs", run_id, "cancel"), reads(Run))


def get_run_logs(run_id: str, *, after: int | None = None) -> Call[str]:
    """What a run has said so far, a line each with its time; `after` skips that many lines."""
    call = log_call(path("runs", run_id), after, follow=False, records=False)
    return call.reading(lambda response: response.content.decode(errors="replace"))


def get_run_log_records(run_id: str, *, after: int | None = None) -> Call[list[LogRecord]]:
    """What a run has said so far, as records; `after` skips those up to that `seq`."""
    call = log_call(path("runs", run_id), after, follow=False, records=True)
    return call.reading(lambda response: LogFollower(run_id, 0).take(response.content + b"\n"))


def follow_run_logs(run_id: str, *, after: int | None = None) -> LogFollower:
    """Follows what a run says until its end, over lost connections, too. Gives `LogRecord`s."""
    return LogFollower(run_id, after or 0)


def list_run_steps(
    run_id: str, *, after: int | None = None, limit: int | None = None
) -> Call[list[Step]]:
    """What a run did: `limit` calls of its SDK (100, at most 1000), those after number `after`."""

    def read(response: httpx.Response) -> list[Step]:
        return StepList.model_validate_json(response.content).steps

    asked = query(after=after, limit=limit)
    return Call("GET", path("runs", run_id, "steps"), read, query=asked)


def iterate_run_steps(run_id: str) -> Pages[Step]:
    """All that a run has done so far, asked for page by page as it is needed."""
    return Pages(
        list_run_steps(run_id, limit=1000),
        lambda steps: steps,
        lambda steps: list_run_steps(run_id, after=steps[-1].number, limit=1000) if steps else None,
    )


def get_run_screenshot(run_id: str, screenshot: str) -> Call[Image]:
    """A picture that a step names, by its name or as `Step.screenshot` has it. It never changes."""
    name = screenshot.rpartition("/")[2]
    call = path("runs", run_id, "screenshots", name)
    return Call("GET", call, Image.read, patience=Patience.LONG)


def open_run_assets(
    run: WebhookPayload | str, *, first_byte: int | None = None, last_byte: int | None = None
) -> Opening:
    """The files a run left, zipped, as a stream; `run` is one that has ended, its webhook, or its
    link `assets`. Where the server leads on to its object store, they come from there.
    """
    return Opening(replace(_assets(run), headers=part(first_byte, last_byte)))


def save_run_assets(run: WebhookPayload | str, to: str | PathLike[str]) -> Saving:
    """Saves the files a run left as the zip file `to`. Answers the number of its bytes."""
    return Saving(_assets(run), to)


def list_run_webhooks(run_id: str) -> Call[list[Webhook]]:
    """The webhooks of a run in the order they are sent, each with all its attempts."""

    def read(response: httpx.Response) -> list[Webhook]:
        return WebhookList.model_validate_json(response.content).webhooks

    return Call("GET", path("runs", run_id, "webhooks"), read)


def resend_run_webhook(run_id: str, webhook_id: str) -> Call[Webhook]:
    """Sends a webhook again, at once, whether it was delivered or not."""
    return Call("POST", path("runs", run_id, "webhooks", webhook_id, "resend"), reads(Webhook))


def _assets(run: WebhookPayload | str) -> Call[bytes]:
    link = run if isinstance(run, str) else run.assets
    if link is None:
        raise ValueError("this run has left no files: its link assets is None")
    parts = urlsplit(link)
    found = re.search(r"/runs/([^/]+)/assets\.zip$", parts.path)
    if found is None:
        raise ValueError("this is no link to the files of a run: give the run, or its assets")
    # Where the client reaches the server rather than where the link says: a server behind a tunnel
    # does not know its own address. The link is its own key.
    return Call(
        "GET",
        path("runs", found[1], "assets.zip"),
        lambda response: response.content,
        query=tuple(parse_qsl(parts.query)),
        patience=Patience.LONG,
        with_key=False,
        may_lead=True,
    )
