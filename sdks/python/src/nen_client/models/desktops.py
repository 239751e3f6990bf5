"""Desktops, their sessions and their events."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field

from ._model import Model

# Where a desktop is in its life. A newer server may know others.
DesktopStatus: TypeAlias = Literal["creating", "running", "paused", "error", "deleted"] | str


class Size(Model):
    """Width and height in pixels."""

    width: int
    height: int


class SessionInfo(Model):
    """The live view of a desktop.

    - `href`: address of the viewer's page, with a token that opens it. Not shown when this is
      printed.
    - `active`: true while the session exists.
    - `interactive`: whether viewers may use mouse and keyboard.
    - `takeover`: whether a person holds the desktop; `execute` answers 409 meanwhile.
    - `expires_at`: Unix seconds at which `href` stops opening the view.
    """

    href: str = Field(repr=False)
    active: bool
    interactive: bool
    takeover: bool = False
    expires_at: int | None = None


class AllowedNetwork(Model):
    """What may be reached, and nothing else."""

    allow: list[str]


class DesktopInfo(Model):
    """A desktop as the server last described it.

    Times are Unix seconds, durations seconds. `error` says why it failed when its status is
    `error`; `session` is there when one desktop was asked for and has a live view; `provisioning`
    is `warm` or `cold`; `on_idle` is `pause` or `delete`; `network` is `internet`, `none`
    or what it may reach.
    `instance_id`, `public_ip`, `private_ip` and `controller_arn` are of hosted desktops only.
    """

    desktop_id: str
    desktop_type: str
    status: DesktopStatus
    workspace_id: str
    name: str | None = None
    error: str | None = None
    display: Size | None = None
    tools: list[str] = Field(default_factory=list)
    network: str | AllowedNetwork | None = None
    provisioning: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    timeout_seconds: int | None = None
    idle_timeout_seconds: int | None = None
    on_idle: str | None = None
    session: SessionInfo | None = None
    instance_id: str | None = None
    public_ip: str | None = None
    private_ip: str | None = None
    controller_arn: str | None = None
    created_at: int = 0
    updated_at: int = 0


class DeleteResponse(Model):
    """The answer to a deletion: the id, and the status `deleted`."""

    desktop_id: str
    status: DesktopStatus


class DesktopEvent(Model):
    """Something that happened to a desktop or on it.

    - `id`: counts per desktop, begins again with the server; None for `lagged`.
    - `kind`: `desktop.paused`, `action`, `control.taken`, `viewer.connected`, `app.started` and
      others; `lagged` when events were lost, with their number as `data["lost"]`.
    - `at`: Unix seconds with a fraction.
    - `data`: what belongs to the kind; of an `action` its entry in the tool log.
    """

    id: int | None = None
    kind: str
    at: float | None = None
    data: dict[str, Any] = Field(default_factory=dict)


class WorkspaceEvent(DesktopEvent):
    """Something that happened to a desktop of the workspace, or to the stream that tells of it.

    `desktop_id` is the desktop, None when it is about the stream. `kind` is as in `DesktopEvent`;
    also `desktop.created`, and `picture` when the picture after an action is there. About the
    stream:

    - `connected`: a connection begins; `data["again"]` is false for the first. What happened before
      does not come: look now at whatever is kept up to date by events.
    - `disconnected`: it is lost, and made again; `data["error"]` says why, or is None.
    - `lagged`: events were lost because they were read too slowly; `data["lost"]` is their number.
    """

    desktop_id: str | None = None
