"""One file for each thing that is measured.

Those on the stage have ``topic()`` and ``on(stage, topic, effort)`` and share a desktop; the others have
``run(effort)`` and a server of their own.
"""

from __future__ import annotations

from measure import (
    actions,
    create,
    density,
    load,
    neighbours,
    overhead,
    png_size,
    runs,
    screenshot_full,
    screenshot_same,
    screenshot_small,
    settle,
    typing,
)

ON_STAGE = [screenshot_small, screenshot_full, screenshot_same, png_size, actions, settle, typing, overhead]
ALONE = [create, runs, neighbours, density, load]
