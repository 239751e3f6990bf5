"""Times of many calls of one kind, and what is said about them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass
class Times:
    """Milliseconds, in the order they were measured."""

    values: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    """Those that began a turn."""

    def add(self, ms: float, first: bool = False) -> None:
        self.values.append(ms)
        if first:
            self.firsts.append(ms)

    def __len__(self) -> int:
        return len(self.values)

    def percentile(self, share: float) -> float:
        """The time that this share (0 to 1) did not exceed: nearest rank, so it is one that happened."""
        ordered = sorted(self.values)
        return ordered[max(1, math.ceil(share * len(ordered))) - 1]

    @property
    def first_p50(self) -> float:
        """Of the first calls of all turns."""
        return Times(self.firsts).p50

    @property
    def p50(self) -> float:
        return self.percentile(0.5)

    @property
    def p95(self) -> float:
        return self.percentile(0.95)

    @property
    def p99(self) -> float:
        return self.percentile(0.99)


def ms(value: float) -> str:
    """Milliseconds with three significant digits, whole from 100 on."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def ratio(peer: float, ours: float) -> str:
    """How many times as long the peer took."""
    factor = peer / ours
    return f"{factor:.1f}×" if factor < 10 else f"{factor:.0f}×"
