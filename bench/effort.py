"""How much is measured: the whole, or just enough to see that everything works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop import LARGE, SMALL, Screen


@dataclass(frozen=True)
class Effort:
    """What the command line asked for."""

    nen: Path
    short: bool
    long: bool
    peers: bool
    png_balanced: Path | None
    webhook_throughput: Path | None

    def rounds(self, full: int, short: int = 3) -> int:
        return short if self.short else full

    @property
    def screens(self) -> list[Screen]:
        return [SMALL] if self.short else [SMALL, LARGE]
