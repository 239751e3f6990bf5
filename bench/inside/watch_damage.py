"""Tells when the screen was painted: an X client of its own that listens to DAMAGE and to nothing else.

It knows nothing of Nen. The host asks it by JSON lines: ``wait`` answers once the screen has been painted since a moment
and was quiet for a while; ``since`` answers with what was painted since a moment.
"""

from __future__ import annotations

import json
import os
import select
import time
from typing import Any

from Xlib import display
from Xlib.ext import damage

# A few minutes of painting; older events are nobody's question.
KEPT = 200_000


class Watcher:
    """The display's damage, newest last, as (moment, x, y, width, height)."""

    def __init__(self) -> None:
        self.display = display.Display()
        self.display.damage_query_version()
        screen = self.display.screen()
        self.size = [screen.width_in_pixels, screen.height_in_pixels]
        screen.root.damage_create(damage.DamageReportRawRectangles)
        self.display.sync()
        self.events: list[tuple[int, int, int, int, int]] = []

    def collect(self, until_ns: int, stop_on_input: bool) -> bool:
        """Takes events in until then; True when the host has said something and ``stop_on_input``."""
        while True:
            while self.display.pending_events():
                event = self.display.next_event()
                if event.type == self.display.extension_event.DamageNotify:
                    area = event.area
                    self.events.append((time.perf_counter_ns(), area.x, area.y, area.width, area.height))
            del self.events[:-KEPT]
            left = (until_ns - time.perf_counter_ns()) / 1e9
            if left <= 0:
                return False
            waiting = [self.display.fileno(), *([0] if stop_on_input else [])]
            ready, _, _ = select.select(waiting, [], [], left)
            if 0 in ready:
                return True

    def after(self, since_ns: int, min_area: int = 0) -> list[tuple[int, int, int, int, int]]:
        return [event for event in self.events if event[0] >= since_ns and event[3] * event[4] >= min_area]

    def wait(self, order: dict[str, Any]) -> dict[str, Any]:
        """Waits for paint since a moment, then for quiet."""
        since, quiet = order["since"], int(order["quiet_ms"] * 1e6)
        min_area = order.get("min_area", 0)
        limit = time.perf_counter_ns() + int(order["limit_ms"] * 1e6)
        while True:
            seen = self.after(since, min_area)
            now = time.perf_counter_ns()
            if seen and now - seen[-1][0] >= quiet:
                return summary(seen)
            if now >= limit:
                return {"timed_out": True, **summary(seen)}
            # Until quiet is reached if nothing more comes; until anything comes when nothing has yet.
            self.collect(min(limit, seen[-1][0] + quiet if seen else now + 2_000_000), stop_on_input=False)

    def since(self, order: dict[str, Any]) -> dict[str, Any]:
        # What is on its way is taken in first: a question and its answer pass the server after it.
        self.display.sync()
        self.collect(0, stop_on_input=False)
        return {"events": self.after(order["since"], order.get("min_area", 0))}


def summary(events: list[tuple[int, int, int, int, int]]) -> dict[str, Any]:
    """How much was painted, and when it began and ended."""
    if not events:
        return {"count": 0}
    left, top = min(e[1] for e in events), min(e[2] for e in events)
    right, bottom = max(e[1] + e[3] for e in events), max(e[2] + e[4] for e in events)
    return {
        "count": len(events),
        "first": events[0][0],
        "last": events[-1][0],
        "area": [left, top, right - left, bottom - top],
    }


def main() -> None:
    watcher = Watcher()
    print(json.dumps({"ready": True, "size": watcher.size}), flush=True)
    buffer = b""
    while True:
        if not watcher.collect(time.perf_counter_ns() + 3_600_000_000_000, stop_on_input=True):
            continue
        data = os.read(0, 65536)
        if not data:
            return
        buffer += data
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            order = json.loads(line)
            try:
                answer = {"wait": watcher.wait, "since": watcher.since}[order["do"]](order)
            except Exception as error:  # The host decides what an error means.
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)


main()
