"""A workspace: who calls, its keys, its settings, what its models cost; and the server itself."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ._model import Model
from .desktops import AllowedNetwork


class Key(Model):
    """An API key without its secret. Times are Unix seconds; `prefix` is how the secret begins."""

    id: str
    workspace_id: str
    name: str
    prefix: str
    scopes: list[str]
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None
    last_used_at: int | None = None


class NewKey(Key):
    """A key just made. `secret` is in this answer and nowhere else; it is not shown when this is
    printed.

    None means that the answer to a first try was lost: revoke the key and make another.
    """

    secret: str | None = Field(default=None, repr=False)


class AuditEntry(Model):
    """Something that somebody did. `at` is in Unix seconds with a fraction; `actor` is the name of
    a key, `human` for somebody with a link to the live view, empty when nobody is known; `object`
    is the id of what it was done to.
    """

    id: str
    at: float
    action: str
    actor: str
    key_id: str | None = None
    address: str | None = None
    object: str | None = None
    request_id: str | None = None
    detail: dict[str, Any]


class AuditList(Model):
    """A page of the audit log, newest first; `next_cursor` is there when there are more."""

    entries: list[AuditEntry]
    next_cursor: str | None = None


class Identity(Model):
    """Whose key it is that calls: its `name`, what it may do, and until when (Unix seconds)."""

    key_id: str
    name: str
    workspace_id: str
    scopes: list[str]
    expires_at: int | None = None


class SignInLink(Model):
    """A link that signs one browser in, once, until `expires_at` (Unix seconds).

    Who opens `href` has the powers of the key that made it. It is not shown when this is printed.
    """

    href: str = Field(repr=False)
    expires_at: int


class SecretHint(Model):
    """How a secret ends and how old it is (Unix seconds)."""

    hint: str
    created_at: int
    previous_valid_until: int | None = None


class NewSecret(Model):
    """A secret just made, shown this once; it is not shown when this is printed.

    The one before is valid until `previous_valid_until` (Unix seconds), too.
    """

    secret: str = Field(repr=False)
    previous_valid_until: int


class ModelBudget(Model):
    """What models may cost in a month (US dollars; None for no limit), and have cost in this one.

    The month goes from `period_start` to `period_end`, Unix seconds.
    """

    max_cost_usd: float | None
    spent_usd: float
    period_start: int
    period_end: int


class WorkspaceNetwork(Model):
    """What the desktops and workflows of the workspace may reach at most."""

    network: str | AllowedNetwork


class WorkspaceSettings(Model):
    """The settings of the workspace; `budget` and `network` are None on servers without."""

    workspace_id: str
    webhook_secret: SecretHint
    signing_secret: SecretHint
    budget: ModelBudget | None = None
    network: str | AllowedNetwork | None = None


class ModelUseDay(Model):
    """What one model was used for on one day (UTC, `2026-11-26`).

    `cost_usd` is in US dollars, None when no price was known.
    """

    day: str
    model: str
    calls: int
    input_tokens: int
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int
    cost_usd: float | None = None


class ModelUse(Model):
    """What models were used for, by day and model."""

    days: list[ModelUseDay]


class Health(Model):
    """That the server works, and its version."""

    status: str
    version: str
