"""Tools, what they did and what the screen shows then."""

from __future__ import annotations

import base64
from typing import Any, Literal, TypeAlias

from pydantic import Field

from ._model import Model

# How an action ended.
ActionStatus: TypeAlias = Literal["ok", "error", "skipped"] | str


class ToolSchema(Model):
    """A tool that a model can be given; `parameters` is a JSON Schema, flat, with `action` among
    them.
    """

    name: str
    description: str
    parameters: dict[str, Any]


class ActionResult(Model):
    """How one action ended.

    - `output`: short text for a model, or what the action is for, such as the text of the
      clipboard.
    - `coordinate`: `[x, y]` in pixels, where the pointer was put or found.
    - `error`: why it failed, or was not begun.
    """

    status: ActionStatus
    output: str | None = None
    coordinate: list[int] | None = None
    error: str | None = None


class View(Model):
    """What was seen after the last action.

    - `base64_image`: the screen; `image` has its bytes.
    - `media_type`: of the image, when it is not PNG.
    - `changed`: whether a pixel changed since before the first action; None when nobody looked.
    - `settled_ms`: milliseconds from the last action to the settled screen.
    - `settle_timed_out`: whether the screen was still changing after `max_ms`.
    """

    base64_image: str | None = Field(default=None, repr=False)
    media_type: str | None = None
    changed: bool | None = None
    settled_ms: int | None = None
    settle_timed_out: bool = False

    @property
    def image(self) -> bytes | None:
        """The image's bytes, None when there is none."""
        return None if self.base64_image is None else base64.b64decode(self.base64_image)


class ExecuteResult(ActionResult, View):
    """The answer to one action."""


class BatchImage(Model):
    """What one action of a batch saw: its number, counted from 0, and the image."""

    action: int
    base64_image: str = Field(repr=False)
    media_type: str | None = None

    @property
    def image(self) -> bytes:
        """The image's bytes."""
        return base64.b64decode(self.base64_image)


class BatchResult(View):
    """The answer to a batch: a result for each action. After one that failed the others are
    `skipped`. `images` has those of the actions that looked, where each was to have its own.
    """

    status: ActionStatus
    results: list[ActionResult]
    images: list[BatchImage] = Field(default_factory=list)

    @property
    def failed(self) -> ActionResult | None:
        """The action that failed, if one did."""
        return next((result for result in self.results if result.status == "error"), None)


class ToolLogEntry(Model):
    """An action in a desktop's log. What was typed is in it as its length only.

    `actor` is the name of the key that did it, or `human`. `started_at` is in Unix seconds with a
    fraction, `duration_ms` in milliseconds without the settling. `screenshot` is what
    `get_tool_log_screenshot` takes, None when there is no picture. Can be read like a dict, too.
    """

    id: int
    tool: str
    action: str
    params: dict[str, Any]
    status: ActionStatus
    output: str | None = None
    error: str | None = None
    coordinate: list[int] | None = None
    changed: bool | None = None
    started_at: float
    duration_ms: float
    actor: str
    screenshot: str | None = None

    def __getitem__(self, name: str) -> Any:
        return self.model_dump(exclude_unset=True)[name]


class Window(Model):
    """A window on the desktop.

    `app` is the program's class, such as `Chromium`; place and size are those of its contents in
    pixels; `focused` says whether it has the keyboard.
    """

    id: int
    title: str
    app: str = ""
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0
    focused: bool = False


class AgentReport(Model):
    """How the agent did what it was told.

    `summary` is in the model's words, `iterations` are its answers, `actions` what it did on the
    desktop. `cost_usd` is in US dollars, None when the model's price is not known.
    """

    success: bool = True
    summary: str = ""
    iterations: int = 0
    actions: int = 0
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    duration_ms: float | None = None
