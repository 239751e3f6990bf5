"""Replays: what was done on a desktop or by a run, with pictures."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field

from ._model import Model
from .desktops import Size

# How a step ended. A newer server may know others.
ReplayStatus: TypeAlias = Literal["ok", "error", "skipped", "running"] | str


class ReplayStep(Model):
    """A call, or one question to a model. Typed text is its length.

    - `number` grows with time: of a desktop it is the id in the tool log, of a run 1, 2, 3…
    - `at` is in Unix seconds with a fraction, `duration_ms` in milliseconds, None while it goes on.
    - `actor`: the name of the key that acted, `human`, or a run.
    - `call`: such as `computer.left_click` or `agent.execute`, with its `args`.
    - `coordinate`: `[x, y]` in pixels of the replay's `display`.
    - `screenshot`: the screen after it, as a path that `get_tool_log_screenshot` or
      `get_run_screenshot` takes, or as a `data:` URL. None when there is no picture.

    A question to a model has `of_step`, the `number` of the run's step that it belongs to; what the
    model said as `reasoning`, the `actions` it asked for, its tokens, its cost in US dollars (None
    when the price is not known) and its `latency_ms`.
    """

    number: int
    at: float
    duration_ms: float | None = None
    actor: str
    call: str
    args: dict[str, Any] = Field(default_factory=dict)
    status: ReplayStatus
    output: Any = None
    error: str | None = None
    coordinate: list[int] | None = None
    changed: bool | None = None
    screenshot: str | None = Field(default=None, repr=False)
    of_step: int | None = None
    reasoning: str | None = None
    model: str | None = None
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    latency_ms: float | None = None
    actions: list[Any] | None = None


class Replay(Model):
    """What was done on a desktop or by a run (`kind`), step by step, oldest first.

    `started_at` and `ended_at` are in Unix seconds with a fraction; `ended_at` is None while it
    goes on. `title` is the desktop's name, or the workflow's. `display` is the size of the screen,
    None when no picture tells.
    """

    version: int
    kind: Literal["desktop", "run"] | str
    id: str
    title: str
    display: Size | None = None
    started_at: float
    ended_at: float | None = None
    steps: list[ReplayStep]
