"""Who calls, keys, settings, use and events of a workspace; the server itself; and any other
request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import httpx

from .._body import Data, body_of
from .._call import Call, Patience, creating, given, json_body, nothing, path, query, reads, whole
from .._follow_events import WorkspaceFollower
from ..models import (
    AuditList,
    Health,
    Identity,
    Key,
    ModelBudget,
    Models,
    ModelUse,
    ModelUseDay,
    NewKey,
    NewSecret,
    SignInLink,
    Usage,
    WorkspaceNetwork,
    WorkspaceSettings,
)
from ..options import AllowList

# What a key may do. `desktops:write` and `workflows:write` include reading, `admin` everything.
Scope: TypeAlias = (
    Literal["desktops:read", "desktops:write", "workflows:read", "workflows:write", "admin"] | str
)


def get_identity() -> Call[Identity]:
    """Whose key it is that calls, and what it may do."""
    return Call("GET", "/auth", reads(Identity))


def create_sign_in_link() -> Call[SignInLink]:
    """Makes a link that signs one browser in at the server's dashboard, once, with the powers of
    the key.
    """
    return Call("POST", "/auth/links", reads(SignInLink))


def workspace_events() -> WorkspaceFollower:
    """Follows what happens to all desktops of the workspace, over lost connections, too, for ever.
    Gives `WorkspaceEvent`s.

    Ids count per desktop, so there is none to go on from: each connection begins with an event
    `connected`, at which to look at what is kept, as events may have been missed.
    """
    return WorkspaceFollower()


def list_keys() -> Call[list[Key]]:
    """All keys of the workspace, oldest first, expired and revoked ones too. Needs `admin`."""
    return Call("GET", "/keys", reads(list[Key]))


def create_key(
    name: str,
    scopes: Iterable[Scope],
    *,
    expires_at: int | None = None,
    idempotency_key: str | None = None,
) -> Call[NewKey]:
    """Makes a key; `secret` of the answer is shown this once. `expires_at` is in Unix seconds.
    Needs `admin`.
    """
    return Call(
        "POST",
        "/keys",
        reads(NewKey),
        headers=creating(idempotency_key),
        body=json_body(given(name=name, scopes=list(scopes), expires_at=expires_at)),
    )


def revoke_key(key_id: str) -> Call[None]:
    """Revokes a key at once. `ConflictError` for the key that asks. Needs `admin`."""
    return Call("DELETE", path("keys", key_id), nothing)


def get_settings() -> Call[WorkspaceSettings]:
    """The settings of the workspace; of its secrets only how they end. Needs `admin`."""
    return Call("GET", "/settings", reads(WorkspaceSettings))


def rotate_webhook_secret() -> Call[NewSecret]:
    """Makes the secret that signs webhooks; the one before is valid 24 h more. Needs `admin`."""
    return Call("POST", "/settings/webhook-secret/rotate", reads(NewSecret))


def rotate_signing_secret() -> Call[NewSecret]:
    """Makes the secret that signs requests with `secure_params`; the one before is valid for 24 h
    more. Needs `admin`.
    """
    return Call("POST", "/settings/signing-secret/rotate", reads(NewSecret))


def set_budget(max_cost_usd: float | None) -> Call[ModelBudget]:
    """Limits what models may cost in a month (UTC), in US dollars; None takes the limit away. Needs
    `admin`.
    """
    body = json_body({"max_cost_usd": max_cost_usd})
    return Call("PUT", "/settings/budget", reads(ModelBudget), body=body)


def set_network(
    network: Literal["internet", "none"] | AllowList | None,
) -> Call[WorkspaceNetwork]:
    """Says what desktops and workflows that begin from now on may reach at most, and what desktops
    get that ask for nothing; None is the internet. Needs `admin`.
    """
    body = json_body({"network": network})
    return Call("PUT", "/settings/network", reads(WorkspaceNetwork), body=body)


def get_model_use(*, since: int | None = None, until: int | None = None) -> Call[list[ModelUseDay]]:
    """What models were used for, by day and model; `since` to `until`, Unix seconds, or the
    last 30 days. Needs `admin`.
    """

    def read(response: httpx.Response) -> list[ModelUseDay]:
        return ModelUse.model_validate_json(response.content).days

    return Call("GET", "/settings/model-use", read, query=query(since=since, until=until))


def get_usage(*, days: int | None = None) -> Call[Usage]:
    """What the workspace used by day (UTC): the last `days` (30), today among them; and what it may
    use at once. Needs `admin`.
    """
    return Call("GET", "/usage", reads(Usage), query=query(days=days))


def list_audit(
    *,
    action: str | None = None,
    actor: str | None = None,
    object: str | None = None,
    since: int | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[AuditList]:
    """Who did what, newest first: `limit` entries (50, at most 200), after the page whose
    `next_cursor` is given. `action` is whole or, with a dot at its end, a beginning; `since` is in
    Unix seconds. Needs `admin`.
    """
    asked = query(
        action=action, actor=actor, object=object, since=since, limit=limit, cursor=cursor
    )
    return Call("GET", "/audit", reads(AuditList), query=asked)


def get_models() -> Call[Models]:
    """The vision models that the server can ask."""
    return Call("GET", "/models", reads(Models))


def get_health() -> Call[Health]:
    """Whether the server works, and its version. `ServerError` (503) when its database does not
    answer.
    """
    return Call("GET", "/health", reads(Health), with_key=False)


def get_openapi() -> Call[dict[str, Any]]:
    """The server's description of its API, OpenAPI 3.1."""
    return Call("GET", "/openapi.json", reads(dict[str, Any]), with_key=False)


def request(
    method: str,
    path: str,
    *,
    query: Mapping[str, str | int | bool | None] | None = None,
    json: Any = None,
    data: Data | None = None,
    headers: Mapping[str, str] | None = None,
) -> Call[httpx.Response]:
    """Any request, for what this client has no method for: with the key, errors as exceptions,
    tried again where that is safe.

    `path` is percent-encoded, such as `/desktops`; the body is `json`, or `data` as it is. Answers
    the whole response. An empty `authorization` among the headers leaves the key out.
    """
    sent = {name.title(): value for name, value in (headers or {}).items()}
    with_key = sent.get("Authorization") != ""
    body = json_body(json) if json is not None else None
    if data is not None:
        body = body_of(data, sent.get("Content-Type", "application/octet-stream"))
    return Call(
        method.upper(),
        quote(path if path.startswith("/") else f"/{path}", safe=_IN_PATHS),
        whole,
        query=_query(**(query or {})),
        headers={name: value for name, value in sent.items() if value},
        body=body,
        patience=Patience.LONG,
        with_key=with_key,
    )


_query = query

# What may stand in a path and its query as it is, and what is encoded already.
_IN_PATHS = "/%?:@!$&'()*+,;=~"
