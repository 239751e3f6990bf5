"""Replays of desktops and runs, and the pictures of single actions."""

from __future__ import annotations

from os import PathLike
from typing import Literal

from .._call import Call, Patience, path, query, reads
from .._plans import Opening, Saving
from ..image import Image
from ..models import Replay


def get_tool_log_screenshot(desktop_id: str, screenshot: str | int) -> Call[Image]:
    """The screen as it was after an action: by the id of an entry of the tool log, or as
    `ToolLogEntry.screenshot` and `ReplayStep.screenshot` have it. It never changes.
    """
    entry = screenshot
    if isinstance(screenshot, str) and screenshot.startswith("/"):
        entry = screenshot.rpartition("/")[0].rpartition("/")[2]
    call = path("desktops", desktop_id, "tool-logs", entry, "screenshot")
    return Call("GET", call, Image.read, patience=Patience.LONG)


def get_desktop_replay(
    desktop_id: str, *, images: Literal["links", "inline"] | None = None
) -> Call[Replay]:
    """What was done on a desktop, step by step, with pictures.

    `images="inline"` puts the pictures themselves in place of their paths, as `data:` URLs: a
    replay to keep, which can be large.
    """
    return _replay(path("desktops", desktop_id), images)


def get_run_replay(
    run_id: str, *, images: Literal["links", "inline"] | None = None
) -> Call[Replay]:
    """What a run did and saw, step by step, with every question to a model; as
    `get_desktop_replay`.
    """
    return _replay(path("runs", run_id), images)


def open_desktop_replay_animation(desktop_id: str, *, speed: float | None = None) -> Opening:
    """A desktop's replay as an animated WebP, as a stream: `speed` times faster (4), 1 to 100,
    with long pauses shortened. `NotFoundError` when there is no picture at all.
    """
    return Opening(_animation(path("desktops", desktop_id), speed))


def save_desktop_replay_animation(
    desktop_id: str, to: str | PathLike[str], *, speed: float | None = None
) -> Saving:
    """Saves it as the file `to`. Answers the number of its bytes."""
    return Saving(_animation(path("desktops", desktop_id), speed), to)


def open_run_replay_animation(run_id: str, *, speed: float | None = None) -> Opening:
    """A run's replay as an animated WebP; as `open_desktop_replay_animation`."""
    return Opening(_animation(path("runs", run_id), speed))


def save_run_replay_animation(
    run_id: str, to: str | PathLike[str], *, speed: float | None = None
) -> Saving:
    """Saves it as the file `to`. Answers the number of its bytes."""
    return Saving(_animation(path("runs", run_id), speed), to)


def _replay(of: str, images: str | None) -> Call[Replay]:
    asked = query(images=images)
    return Call("GET", f"{of}/replay", reads(Replay), query=asked, patience=Patience.LONG)


def _animation(of: str, speed: float | None) -> Call[bytes]:
    return Call(
        "GET",
        f"{of}/replay.webp",
        lambda response: response.content,
        query=query(speed=None if speed is None else f"{speed:g}"),
        patience=Patience.LONG,
    )
