"""Where the kernel accounts for a desktop."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def cgroups(instance: dict[str, Any]) -> dict[str, Path]:
    """A desktop's cgroups by controller, out of what its server wrote down; version 2 has one for all."""
    group = instance.get("group") or {}
    if "v2" in group:
        return {"v2": Path(group["v2"])}
    return {name: Path(folder) for name, folder in group.get("v1", {}).items() if folder}
