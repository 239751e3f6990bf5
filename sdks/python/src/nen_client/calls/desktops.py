"""Desktops: make, find, rename, pause, delete; their events and their log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .._call import Call, creating, given, json_body, path, query, reads
from .._follow_events import EventFollower
from ..models import DeleteResponse, DesktopInfo, ToolLogEntry
from ..options import DesktopOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack


def create_desktop(
    desktop_type: str | None = None,
    *,
    idempotency_key: str | None = None,
    **options: Unpack[DesktopOptions],
) -> Call[DesktopInfo]:
    """Makes a desktop and answers once it takes calls.

    The options are those of `DesktopOptions`: name, display, tools, timeout_seconds,
    idle_timeout_seconds, on_idle, network, env, metadata, start_url. Raises `RateLimitError` when
    the workspace has as many as it may, and `ServerError` (503) when the server has.
    """
    return Call(
        "POST",
        "/desktops",
        reads(DesktopInfo),
        headers=creating(idempotency_key),
        body=json_body(given(desktop_type=desktop_type, **options)),
    )


def list_desktops(
    metadata: Mapping[str, str] | None = None, *, deleted: bool | None = None
) -> Call[list[DesktopInfo]]:
    """Every desktop that is not deleted, oldest first; with `metadata`, those that have all these
    labels.

    `deleted=True` lists those that were deleted within 24 h instead, whose log and replay are still
    there.
    """
    labels = {f"metadata.{label}": value for label, value in (metadata or {}).items()}
    asked = query(**labels, deleted=deleted)
    return Call("GET", "/desktops", reads(list[DesktopInfo]), query=asked)


def get_desktop(desktop_id: str) -> Call[DesktopInfo]:
    """A desktop; one that is deleted is shown with that status for 24 h."""
    return Call("GET", path("desktops", desktop_id), reads(DesktopInfo))


def update_desktop(desktop_id: str, *, name: str) -> Call[DesktopInfo]:
    """Gives a desktop another name, 1 to 128 characters."""
    body = json_body({"name": name})
    return Call("PATCH", path("desktops", desktop_id), reads(DesktopInfo), body=body)


def delete_desktop(desktop_id: str) -> Call[DeleteResponse]:
    """Ends a desktop's programs, deletes its drive and disconnects its viewers."""
    return Call("DELETE", path("desktops", desktop_id), reads(DeleteResponse))


def pause_desktop(desktop_id: str) -> Call[DesktopInfo]:
    """Stops a desktop's programs where they are; the next action lets them go on."""
    return Call("POST", path("desktops", desktop_id, "pause"), reads(DesktopInfo))


def resume_desktop(desktop_id: str) -> Call[DesktopInfo]:
    """Lets a paused desktop go on; one in `error` is started again with its home and drive."""
    return Call("POST", path("desktops", desktop_id, "resume"), reads(DesktopInfo))


def events(desktop_id: str, *, after: int | None = None) -> EventFollower:
    """Follows what happens to a desktop and on it until it is deleted, over lost connections, too.

    Begins with what happens from now on; with `after`, the id of an event, with what came after
    that, as far as the server remembers. Gives `DesktopEvent`s.
    """
    return EventFollower(desktop_id, after)


def get_tool_logs(
    desktop_id: str, *, limit: int | None = None, before: int | None = None
) -> Call[list[ToolLogEntry]]:
    """What was done on a desktop, newest last: `limit` entries (100, at most 1000), those with ids
    below `before`.
    """
    asked = query(limit=limit, before=before)
    return Call(
        "GET", path("desktops", desktop_id, "tool-logs"), reads(list[ToolLogEntry]), query=asked
    )
