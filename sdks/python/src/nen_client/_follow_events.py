"""Events that are followed: those of a desktop, and those of a whole workspace."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from . import _failure
from ._call import Call, Patience, path, reads, whole
from ._follow import Follower
from ._lines import EventReader, ServerSentEvent
from ._settings import Settings
from .models import DesktopEvent, DesktopInfo, WorkspaceEvent

E = TypeVar("E", bound=DesktopEvent)


class EventFollower(Follower[DesktopEvent]):
    """The events of a desktop until it is deleted."""

    media_type = "text/event-stream"

    def __init__(self, desktop_id: str, after: int | None) -> None:
        super().__init__()
        self._desktop = path("desktops", desktop_id)
        self._last = after
        self._reader = EventReader()

    def call(self) -> Call[httpx.Response]:
        self._reader = EventReader()
        known = {} if self._last is None else {"Last-Event-ID": str(self._last)}
        return Call(
            "GET", f"{self._desktop}/events", whole, headers=known, patience=Patience.STREAM
        )

    def take(self, data: bytes) -> list[DesktopEvent]:
        events = [_event(told, DesktopEvent) for told in self._reader.feed(data)]
        for event in events:
            self._last = self._last if event.id is None else event.id
            self.ended = self.ended or event.kind == "desktop.deleted"
        return events

    def check(self) -> Call[list[DesktopEvent] | None]:
        read = reads(DesktopInfo)
        return Call(
            "GET", self._desktop, lambda answer: [] if read(answer).status == "deleted" else None
        )


class WorkspaceFollower(Follower[WorkspaceEvent]):
    """The events of all desktops of a workspace. There is no end to them."""

    media_type = "text/event-stream"
    gone_is_end = False

    def __init__(self) -> None:
        super().__init__()
        self._reader = EventReader()
        self._again = False

    def call(self) -> Call[httpx.Response]:
        self._reader = EventReader()
        return Call("GET", "/events", whole, patience=Patience.STREAM)

    def take(self, data: bytes) -> list[WorkspaceEvent]:
        return [_event(told, WorkspaceEvent) for told in self._reader.feed(data)]

    def begun(self) -> list[WorkspaceEvent]:
        again, self._again = self._again, True
        return [WorkspaceEvent(kind="connected", data={"again": again})]

    def lost(self, error: httpx.RequestError | None, settings: Settings) -> list[WorkspaceEvent]:
        why = error and str(_failure.of_transport(self.call(), settings, error))
        return [WorkspaceEvent(kind="disconnected", data={"error": why})]

    def check(self) -> None:
        return None


def _event(told: ServerSentEvent, kind: type[E]) -> E:
    """The event that a message is; one of an unknown shape becomes one, too."""
    try:
        said: Any = json.loads(told.data)
    except ValueError:
        said = told.data
    try:
        return kind.model_validate(said)
    except ValidationError:
        pass
    return kind(kind=told.event, data=said if isinstance(said, dict) else {"text": said})
