"""The actions of the `computer` tool as values: for batches, and behind the methods of the same
names.

    desktop.batch([actions.left_click(500, 300), actions.type_text("hello")])

As methods they take the options of `execute`, too: `desktop.left_click(500, 300,
screenshot="never")`. Coordinates are pixels of the full screenshot, (0, 0) at the top left; None is
where the pointer is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ._call import given
from .options import ActionCall, ExecuteOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

Direction: TypeAlias = Literal["up", "down", "left", "right"]


@dataclass(frozen=True)
class Act:
    """An action, and what is said beside it when it is done by itself."""

    tool: str
    action: str
    params: dict[str, Any] = field(default_factory=dict, repr=False)
    options: ExecuteOptions = field(default_factory=lambda: ExecuteOptions())

    def on_the_wire(self) -> ActionCall:
        """The action as a request has it."""
        return {"tool": self.tool, "action": self.action, "params": self.params}


def screenshot(**options: Unpack[ExecuteOptions]) -> Act:
    """Looks at the screen."""
    return _act("screenshot", options)


def zoom(x0: int, y0: int, x1: int, y1: int, **options: Unpack[ExecuteOptions]) -> Act:
    """Looks closely at the part of the screen from (x0, y0) to (x1, y1)."""
    return _act("zoom", options, region=[x0, y0, x1, y1])


def cursor_position(**options: Unpack[ExecuteOptions]) -> Act:
    """Says where the pointer is: `coordinate` of the result."""
    return _act("cursor_position", options)


def mouse_move(x: int, y: int, **options: Unpack[ExecuteOptions]) -> Act:
    """Moves the pointer."""
    return _act("mouse_move", options, coordinate=[x, y])


def left_click(
    x: int | None = None,
    y: int | None = None,
    *,
    modifiers: str | None = None,
    **options: Unpack[ExecuteOptions],
) -> Act:
    """Clicks with the left button. `modifiers` are held meanwhile, such as `ctrl+shift`."""
    return _act("left_click", options, coordinate=_place(x, y), text=modifiers)


def right_click(
    x: int | None = None,
    y: int | None = None,
    *,
    modifiers: str | None = None,
    **options: Unpack[ExecuteOptions],
) -> Act:
    """Clicks with the right button. `modifiers` are held meanwhile."""
    return _act("right_click", options, coordinate=_place(x, y), text=modifiers)


def middle_click(
    x: int | None = None,
    y: int | None = None,
    *,
    modifiers: str | None = None,
    **options: Unpack[ExecuteOptions],
) -> Act:
    """Clicks with the middle button. `modifiers` are held meanwhile."""
    return _act("middle_click", options, coordinate=_place(x, y), text=modifiers)


def double_click(
    x: int | None = None,
    y: int | None = None,
    *,
    modifiers: str | None = None,
    **options: Unpack[ExecuteOptions],
) -> Act:
    """Clicks twice with the left button. `modifiers` are held meanwhile."""
    return _act("double_click", options, coordinate=_place(x, y), text=modifiers)


def triple_click(
    x: int | None = None,
    y: int | None = None,
    *,
    modifiers: str | None = None,
    **options: Unpack[ExecuteOptions],
) -> Act:
    """Clicks three times with the left button, which marks a paragraph. `modifiers` are held
    meanwhile.
    """
    return _act("triple_click", options, coordinate=_place(x, y), text=modifiers)


def drag(
    start_x: int,
    start_y: int,
    end_x: int,
    end_y: int,
    *,
    modifiers: str | None = None,
    **options: Unpack[ExecuteOptions],
) -> Act:
    """Presses the left button at the start, moves, and lets go at the end."""
    start, end = [start_x, start_y], [end_x, end_y]
    return _act("left_click_drag", options, start_coordinate=start, coordinate=end, text=modifiers)


def drag_path(
    path: Sequence[tuple[int, int]],
    *,
    modifiers: str | None = None,
    **options: Unpack[ExecuteOptions],
) -> Act:
    """Drags along points with the left button held; two at least."""
    points = [[x, y] for x, y in path]
    return _act("left_click_drag", options, path=points, text=modifiers)


def left_mouse_down(
    x: int | None = None, y: int | None = None, **options: Unpack[ExecuteOptions]
) -> Act:
    """Presses the left button and keeps it down, also after the call."""
    return _act("left_mouse_down", options, coordinate=_place(x, y))


def left_mouse_up(
    x: int | None = None, y: int | None = None, **options: Unpack[ExecuteOptions]
) -> Act:
    """Lets go of the left button."""
    return _act("left_mouse_up", options, coordinate=_place(x, y))


def scroll(
    x: int | None = None,
    y: int | None = None,
    *,
    direction: Direction,
    amount: int = 3,
    modifiers: str | None = None,
    **options: Unpack[ExecuteOptions],
) -> Act:
    """Turns the wheel by `amount` clicks, 0 to 100."""
    return _act(
        "scroll",
        options,
        coordinate=_place(x, y),
        scroll_direction=direction,
        scroll_amount=amount,
        text=modifiers,
    )


def type_text(
    text: str, *, interval: float | None = None, **options: Unpack[ExecuteOptions]
) -> Act:
    """Types any Unicode text where the focus is; newline is Return, tab is Tab.

    `interval` is in seconds per character, 0 unless given.
    """
    return _act("type", options, text=text, interval=interval)


def key_press(key: str, *, repeat: int | None = None, **options: Unpack[ExecuteOptions]) -> Act:
    """Presses a key or a chord, such as `Return` or `ctrl+c`; several in turn with blanks between.

    `repeat` is how often, 1 to 100.
    """
    return _act("key", options, text=key, repeat=repeat)


def hold_key(key: str, duration: float, **options: Unpack[ExecuteOptions]) -> Act:
    """Holds a key or a chord for `duration` seconds, 0 to 300."""
    return _act("hold_key", options, text=key, duration=duration)


def wait(duration: float | None = None, **options: Unpack[ExecuteOptions]) -> Act:
    """Waits for `duration` seconds, 0 to 300, or until the screen has settled."""
    return _act("wait", options, duration=duration)


def _act(action: str, options: ExecuteOptions, **params: Any) -> Act:
    return Act("computer", action, given(**params), options)


def _place(x: int | None, y: int | None) -> list[int] | None:
    if x is None and y is None:
        return None
    if x is None or y is None:
        raise ValueError("a place needs both x and y, or neither for where the pointer is")
    return [x, y]
