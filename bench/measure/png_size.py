"""How large pictures are, beside the `png` crate's `Balanced` on the same pixels.

A picture taken right after a change may trade size for time; one of a screen that has been still for a second has had
the time. Both are taken of the same frame, so both stand beside the same figure.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from effort import Effort
from stage import Stage
from table import Topic, at_most, not_measured

NAME = "png-size"
PAGES = {"page of text": "text.html", "photographs": "photographs.html", "dashboard": "dashboard.html"}


def topic() -> Topic:
    return Topic(
        "Size of a picture",
        [
            "bytes",
            "screen",
            "while it moves",
            "still for 1 s",
            "`png` Balanced",
            "moves / Balanced",
            "still / Balanced",
        ],
        notes=["`png` Balanced: the same pixels, written again by the `png` crate's `Compression::Balanced`."],
    )


def on(stage: Stage, found: Topic, effort: Effort) -> None:
    why = "the program for it is not built" if effort.png_balanced is None else None
    worst_moving = worst_still = 0.0
    frames = {"plain desktop": stage.plain}
    for what, page in PAGES.items():
        stage.open(page)
        frames[what] = _frames(stage)
    for what, (moving, still) in frames.items():
        if effort.png_balanced is None:
            found.row(what, stage.screen, len(moving), len(still), "–", "–", "–")
            continue
        of_moving, of_still = (_balanced(effort.png_balanced, frame) for frame in (moving, still))
        moves, rests = len(moving) / of_moving, len(still) / of_still
        worst_moving, worst_still = max(worst_moving, moves), max(worst_still, rests)
        found.row(what, stage.screen, len(moving), len(still), of_still, f"{moves:.2f}", f"{rests:.2f}")
    if found.promises:
        return
    for text, worst, bound in (("while it moves", worst_moving, 1.2), ("still for a second", worst_still, 1.0)):
        text = f"picture size, {text}, largest of the frames, beside `png` Balanced"
        found.promises.append(not_measured(text, f"≤ {bound:g} ×", why) if why else at_most(text, worst, bound, "×"))


def _frames(stage: Stage) -> tuple[bytes, bytes]:
    """The frame right after it was scrolled, and the same once it has been still."""
    stage.desktop.screenshot()
    stage.paint(stage.desktop.bare_request("key", text="Next"))
    return stage.moving_and_still()


def _balanced(program: Path, picture: bytes) -> int:
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        file.write(picture)
        file.flush()
        done = subprocess.run([program, file.name], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0])
