"""Acting on a desktop: one action, a batch, a provider's tool calls, and the tools beside
`computer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import httpx
from pydantic import TypeAdapter

from .._call import (
    Call,
    OutdatedAnswerError,
    Patience,
    given,
    json_body,
    path,
    query,
    reads,
    unless,
)
from ..actions import Act
from ..image import Image
from ..models import BatchResult, ExecuteResult, ToolSchema, Window
from ..options import ActionCall, ExecuteOptions, ScreenshotOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")

# Whose tool definitions and tool calls they are. A newer server may know others.
Dialect: TypeAlias = (
    Literal["anthropic", "anthropic-toolset", "openai", "openai-functions", "gemini", "mcp"] | str
)

_WITHOUT_LOOKING: ExecuteOptions = {"screenshot": "never", "settle": False}
_WINDOWS = TypeAdapter(list[Window])


def execute(
    desktop_id: str,
    *,
    tool: str,
    action: str,
    params: Mapping[str, Any] | None = None,
    **options: Unpack[ExecuteOptions],
) -> Call[ExecuteResult]:
    """Does one action of any tool; options are those of `ExecuteOptions`.

    Is never sent twice: when the connection breaks, look what was done. Raises `BadRequestError`
    for what cannot be understood, `ConflictError` while a person holds the desktop, `ServerError`
    when the desktop could not do it.
    """
    return perform(desktop_id, Act(tool, action, dict(params or {}), options))


def execute_batch(
    desktop_id: str,
    actions: Iterable[Act | ActionCall],
    **options: Unpack[ExecuteOptions],
) -> Call[BatchResult]:
    """Does up to 100 actions in order, up to the first that fails, with one image at the end.

    Raises only for what cannot be understood, and then nothing was done; see `failed` of the
    result.
    """
    calls = [_in_batch(action) for action in actions]
    return _execute(desktop_id, {"actions": calls}, calls, options, BatchResult)


def perform(desktop_id: str, act: Act) -> Call[ExecuteResult]:
    """Does an action that was made by the module `actions`."""
    call = act.on_the_wire()
    return _execute(desktop_id, {"action": call}, [call], act.options, ExecuteResult)


def get_screenshot(desktop_id: str, **options: Unpack[ScreenshotOptions]) -> Call[Image]:
    """The screen as an image; options are those of `ScreenshotOptions`."""
    return Call(
        "GET", path("desktops", desktop_id, "screenshot"), Image.read, query=_shown(options)
    )


def get_changed_screenshot(
    desktop_id: str, etag: str | None, **options: Unpack[ScreenshotOptions]
) -> Call[Image | None]:
    """The screen, or None when it still shows what the image with this `etag` showed."""
    return Call(
        "GET",
        path("desktops", desktop_id, "screenshot"),
        Image.read_if_changed,
        query=_shown(options),
        headers=unless(etag),
    )


def list_tools(desktop_id: str) -> Call[list[ToolSchema]]:
    """A desktop's tools, each with a JSON Schema, to be given to a model."""
    return Call("GET", path("desktops", desktop_id, "tools"), reads(list[ToolSchema]))


def tools(
    desktop_id: str,
    dialect: Dialect,
    *,
    variant: str | None = None,
    display_width: int | None = None,
    display_height: int | None = None,
) -> Call[list[dict[str, Any]]]:
    """A desktop's tools exactly as a provider's API takes them.

    `variant` is which of the provider's tools, where it has several: `computer_20251124`,
    `computer_20250124`, `computer_20241022` of `anthropic`; `computer`, `computer_use_preview` of
    `openai`; `chat`, `responses` of `openai-functions`; `desktop`, `browser` of `gemini`. The first
    is meant unless one is given. `display_width` and `display_height` are the size of the screen
    that the model is told and shown, in pixels, in the proportions of the desktop's.
    """
    return Call(
        "GET",
        path("desktops", desktop_id, "tools"),
        _tools_of_a_provider,
        query=_spoken(dialect, variant, display_width, display_height),
    )


def calls(
    desktop_id: str,
    calls: Iterable[Any],
    *,
    dialect: Dialect,
    variant: str | None = None,
    display_width: int | None = None,
    display_height: int | None = None,
) -> Call[list[dict[str, Any]]]:
    """Does the tool calls of a model's reply and answers the results as the next request wants
    them.

    `calls` go out untouched: dicts, or the objects of the provider's SDK; what is no call among
    them is passed over. Dialect, variant and size are those the model was given its tools by. They
    are done in order, up to the first that fails, and are never sent twice, as in `execute`.
    """
    return Call(
        "POST",
        path("desktops", desktop_id, "calls"),
        reads(list[dict[str, Any]]),
        query=_spoken(dialect, variant, display_width, display_height),
        body=json_body(list(calls)),
        patience=Patience.LONG,
    )


def bash(desktop_id: str, command: str, *, timeout: float | None = None) -> Call[str]:
    """Runs a command in the desktop's shell and answers what it printed, cut in the middle when it
    is long.

    `timeout` is in seconds, 120 unless given. An exit code other than 0 stands in the text.
    """
    params = given(command=command, timeout=timeout)
    return _told(desktop_id, "bash", "run", params, {"screenshot": "never"})


def restart_bash(desktop_id: str) -> Call[str]:
    """Ends the desktop's shell and begins a new one."""
    return _told(desktop_id, "bash", "restart", {}, _WITHOUT_LOOKING)


def get_clipboard(desktop_id: str) -> Call[str]:
    """The text of the desktop's clipboard."""
    return _told(desktop_id, "clipboard", "get", {}, _WITHOUT_LOOKING)


def set_clipboard(desktop_id: str, text: str) -> Call[str]:
    """Puts a text into the desktop's clipboard."""
    return _told(desktop_id, "clipboard", "set", {"text": text}, _WITHOUT_LOOKING)


def list_windows(desktop_id: str) -> Call[list[Window]]:
    """The windows on the desktop."""

    def read(response: httpx.Response) -> list[Window]:
        output = ExecuteResult.model_validate_json(response.content).output
        return _WINDOWS.validate_json(output or "[]")

    act = Act("windows", "list", {}, _WITHOUT_LOOKING)
    call = act.on_the_wire()
    return _execute(desktop_id, {"action": call}, [call], act.options, read)


def focus_window(
    desktop_id: str, window_id: int, **options: Unpack[ExecuteOptions]
) -> Call[ExecuteResult]:
    """Brings a window to the front."""
    return perform(desktop_id, Act("windows", "focus", {"window_id": window_id}, options))


def launch_app(
    desktop_id: str,
    app: Literal["chromium", "terminal", "files", "editor"] | str,
    **options: Unpack[ExecuteOptions],
) -> Call[ExecuteResult]:
    """Starts an application: `chromium`, `terminal`, `files` or `editor`."""
    return perform(desktop_id, Act("windows", "launch", {"app": app}, options))


def open_url(desktop_id: str, url: str, **options: Unpack[ExecuteOptions]) -> Call[ExecuteResult]:
    """Opens a web page, `http://` or `https://`."""
    return perform(desktop_id, Act("windows", "open", {"url": url}, options))


def open_path(desktop_id: str, file: str, **options: Unpack[ExecuteOptions]) -> Call[ExecuteResult]:
    """Opens a file or a folder of the desktop, by its absolute path."""
    return perform(desktop_id, Act("windows", "open", {"path": file}, options))


_TOOLS = TypeAdapter(list[dict[str, Any]])


def _tools_of_a_provider(response: httpx.Response) -> list[dict[str, Any]]:
    tools = _TOOLS.validate_json(response.content)
    # Nen's own form, which is no provider's: a server without dialects passes over the question.
    if any(set(tool) == {"name", "description", "parameters"} for tool in tools):
        raise OutdatedAnswerError
    return tools


def _told(
    desktop_id: str, tool: str, action: str, params: dict[str, Any], options: ExecuteOptions
) -> Call[str]:
    def read(response: httpx.Response) -> str:
        return ExecuteResult.model_validate_json(response.content).output or ""

    call = Act(tool, action, params, options).on_the_wire()
    return _execute(desktop_id, {"action": call}, [call], options, read)


def _execute(
    desktop_id: str,
    asked: dict[str, Any],
    actions: Sequence[ActionCall],
    options: ExecuteOptions,
    read: Any,
) -> Call[Any]:
    return Call(
        "POST",
        path("desktops", desktop_id, "execute"),
        reads(read) if isinstance(read, type) else read,
        body=json_body({**asked, **given(**options)}),
        patience=Patience.LONG,
        extra_seconds=sum(map(_seconds, actions)),
    )


def _in_batch(action: Act | ActionCall) -> ActionCall:
    if not isinstance(action, Act):
        return action
    if action.options:
        raise ValueError(f"in a batch, {', '.join(action.options)} is said of the whole batch")
    return action.on_the_wire()


def _seconds(action: ActionCall) -> float:
    """How long an action takes by its own wish; the answer cannot come before."""
    params = action.get("params") or {}
    wishes = (params.get("duration"), params.get("timeout"), params.get("interval"))
    duration, timeout, interval = (
        wish if isinstance(wish, (int, float)) else 0.0 for wish in wishes
    )
    return duration + timeout + interval * len(str(params.get("text", "")))


def _shown(options: ScreenshotOptions) -> tuple[tuple[str, str], ...]:
    asked = dict(options)
    region = options.get("region")
    if region is not None:
        asked["region"] = ",".join(map(str, region))
    return query(**asked)  # type: ignore[arg-type]  # the region is text by now


def _spoken(
    dialect: str, variant: str | None, width: int | None, height: int | None
) -> tuple[tuple[str, str], ...]:
    return query(dialect=dialect, variant=variant, display_width=width, display_height=height)
