"""What a workspace used, and what it may use at once."""

from __future__ import annotations

from ._model import Model


class UsageDay(Model):
    """What was used on one day (UTC, `2026-11-26`).

    `desktop_hours` are those of all desktops together; of the `runs` that ended, `runs_failed` did
    not end well; `model_cost_usd` is in US dollars, as far as prices are known.
    """

    day: str
    desktop_hours: float
    actions: int
    runs: int
    runs_failed: int
    model_cost_usd: float
    input_tokens: int
    output_tokens: int


class UsageLimit(Model):
    """How many there are now, and how many there may be."""

    used: int
    most: int


class UsageLimits(Model):
    """What there may be at once."""

    desktops: UsageLimit
    runs: UsageLimit


class Usage(Model):
    """Use by day, oldest first and today last, and the limits of the workspace."""

    workspace_id: str
    days: list[UsageDay]
    limits: UsageLimits
