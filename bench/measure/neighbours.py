"""What a desktop that takes all it can costs its neighbour: a click, alone and beside it."""

from __future__ import annotations

import threading
import time

from desktop import SMALL, Desktop, call
from effort import Effort
from server import Server
from table import Topic, at_most
from timing import Times, ms, ratio

NAME = "neighbours"
# Twice as many as there are processors spin, and others start processes as fast as they can.
HOG = (
    "for n in $(seq $((2 * $(nproc)))); do timeout {seconds} sh -c 'while :; do :; done' & done; "
    "for n in 1 2; do timeout {seconds} sh -c 'while :; do /bin/true; done' & done; wait"
)
BEGIN_S = 0.5


def run(effort: Effort) -> Topic:
    found = Topic(
        "A neighbour that takes all it can",
        ["ms", "screen", "clicks", "p50", "p95", "p99"],
        notes=[
            "Clicks on one desktop (`settle: false`, no picture), alone and then while another desktop of the same server "
            "keeps twice as many processes busy as there are processors and two more starting processes without end. "
            "Both desktops have the usual share of the processor."
        ],
    )
    seconds = 1.0 if effort.short else 15.0
    with Server(effort.nen) as server, Desktop.create(server) as ours:
        alone = _clicks(ours, seconds)
        with Desktop.create(server, tools=["computer", "bash"]) as theirs:
            command = HOG.format(seconds=seconds + 2 * BEGIN_S)
            hog = theirs.execute_request(call("run", tool="bash", command=command, timeout=120), screenshot="never", settle=False)
            busy = threading.Thread(target=lambda: theirs.send(hog))
            busy.start()
            # Not to wait for it, but not to count what was still quiet.
            time.sleep(BEGIN_S)
            beside = _clicks(ours, seconds)
            busy.join()
    for what, times in (("alone", alone), ("beside it", beside)):
        found.row(what, SMALL, len(times), ms(times.p50), ms(times.p95), ms(times.p99))
    times_as_long = (ratio(getattr(beside, share), getattr(alone, share)) for share in ("p50", "p95", "p99"))
    found.row("as long", SMALL, "", *times_as_long)
    found.promises.append(at_most("a click beside a desktop that takes all it can, p99", beside.p99, 100, "ms"))
    return found


def _clicks(desktop: Desktop, seconds: float) -> Times:
    """One click after the other, as an agent that never thinks."""
    click = desktop.bare_request("left_click", coordinate=[5, 5])
    times, end = Times(), time.monotonic() + seconds
    while time.monotonic() < end or not times:
        times.add(desktop.act(click).ms)
    return times
