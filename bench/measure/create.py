"""How long it takes to get a desktop: from a warm pool, and cold with its first correct picture."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop import SMALL, Desktop, WrongAnswer, check, controller_socket
from effort import Effort
from png import pixels
from raw_http import Connection, Reply
from server import Server, serve_help
from table import Promise, Topic, at_most, not_measured
from timing import Times, ms

NAME = "create"
POOL = 2
REFILL_LIMIT_S = 60.0
STAYS_MS = 400
LOOK_AGAIN_S = 0.005
# The clock stands at the right end of the task bar, 44 pixels high.
BAR_HEIGHT = 44
CLOCK_WIDTH = 160
SAME = {"display": {"width": SMALL.width, "height": SMALL.height}}


def run(effort: Effort) -> Topic:
    found = Topic(
        "Getting a desktop",
        ["ms", "screen", "rounds", "p50", "p95", "highest"],
        notes=[
            "Cold: from sending `POST /desktops` to the first screenshot that is right: compared with one of a desktop that "
            "has stood for a while, pixel for pixel but for the clock. When the very first is not, one is asked for every "
            "5 ms (`If-None-Match`) until the screen stays the same.",
            "Warm: `POST /desktops` alone, one at a time, with the pool full again before each.",
        ],
    )
    _cold(found, effort.rounds(30), effort)
    if "--warm-pool" in serve_help(effort.nen):
        _warm(found, effort.rounds(30), effort)
    else:
        found.promises.append(not_measured("create, warm, p50", "≤ 15 ms", "this build has no warm pool"))
    return found


def _cold(found: Topic, rounds: int, effort: Effort) -> None:
    replies, first, right, at_once = Times(), Times(), Times(), 0
    with Server(effort.nen, ["--warm-pool", "0"] if "--warm-pool" in serve_help(effort.nen) else []) as server:
        with Desktop.create(server) as desktop:
            reference = _without_clock(_settled_picture(desktop))
        connection = server.connect()
        create = server.request("POST", "/desktops", SAME)
        for number in range(-1, rounds):
            made = check(connection.exchange(create), 201)
            desktop = Desktop(server, made.json())
            pictures = _pictures(desktop)
            desktop.delete()
            if desktop.provisioning not in (None, "cold"):
                raise WrongAnswer(f"a desktop without a pool is {desktop.provisioning}")
            came = [picture.came_ns for picture in pictures if _without_clock(picture.body) == reference]
            if not came:
                raise WrongAnswer("no picture of a new desktop was right")
            if number >= 0:
                replies.add(made.ms)
                first.add((pictures[0].came_ns - made.sent_ns) / 1e6)
                right.add((came[0] - made.sent_ns) / 1e6)
                at_once += came[0] == pictures[0].came_ns
        connection.close()
    for what, times in (("reply", replies), ("first picture", first), ("first right picture", right)):
        found.row(f"cold, {what}", SMALL, rounds, ms(times.p50), ms(times.p95), ms(max(times.values)))
    found.promises.append(at_most("create, cold, with its first right picture, p50", right.p50, 250, "ms"))
    found.promises.append(Promise("the first picture is right", "always", f"{at_once} of {rounds}", at_once == rounds))


def _pictures(desktop: Desktop) -> list[Reply]:
    """The different pictures of a new desktop until it has stayed the same for a while, the first one at once."""
    picture = desktop.send(desktop.screenshot_request("?cursor=false"))
    pictures = [picture]
    while time.perf_counter_ns() - picture.came_ns < STAYS_MS * 1e6:
        tag = picture.header(b"etag")
        assert tag
        answer = desktop.connection.exchange(desktop.screenshot_request("?cursor=false", etag=tag.decode()))
        if answer.status == 304:
            # An agent that looks again and again; without a pause it would take the processor from what it waits for.
            time.sleep(LOOK_AGAIN_S)
            continue
        picture = check(answer)
        pictures.append(picture)
    return pictures


def _settled_picture(desktop: Desktop) -> bytes:
    """The desktop once two pictures, a settled screen apart, are the same."""
    wait = desktop.execute_request(
        {"tool": "computer", "action": "wait", "params": {}},
        screenshot="never",
        settle={"quiet_ms": 500, "max_ms": 5000},
    )
    look = desktop.screenshot_request("?cursor=false")
    before = None
    while (picture := desktop.send(look).body) != before:
        before = picture
        desktop.act(wait)
    return picture


def _without_clock(picture: bytes) -> list[bytes]:
    """Its pixels but for the clock's, which may be another minute's."""
    size, rows = pixels(picture)
    bar = size.height - BAR_HEIGHT
    keep = 3 * (size.width - CLOCK_WIDTH)
    return [row if y < bar else row[:keep] for y, row in enumerate(rows)]


def _warm(found: Topic, rounds: int, effort: Effort) -> None:
    times = Times()
    with Server(effort.nen, ["--warm-pool", str(POOL)]) as server:
        connection = server.connect()
        create = server.request("POST", "/desktops", SAME)
        for number in range(-1, rounds):
            pool_is_full(server, POOL)
            made = check(connection.exchange(create), 201)
            desktop = Desktop(server, made.json())
            if desktop.provisioning != "warm":
                raise WrongAnswer(f"a desktop from a full pool is {desktop.provisioning}")
            desktop.screenshot()
            if number >= 0:
                times.add(made.ms)
            desktop.delete()
        connection.close()
    found.row("warm, reply", SMALL, rounds, ms(times.p50), ms(times.p95), ms(max(times.values)))
    found.promises.append(at_most("create, warm, p50", times.p50, 15, "ms"))


def pool_is_full(server: Server, many: int) -> None:
    """Waits until so many desktops are ready for whoever comes next."""
    _until(lambda: _waiting(server) >= many, "the pool is full")


def _waiting(server: Server) -> int:
    """Desktops of the server that are ready: a controller listens as the last thing in its start."""
    ready = 0
    for folder in (server.data / "desktops").glob("dsk_*"):
        try:
            Connection(controller_socket(folder)).close()
        except (FileNotFoundError, ConnectionRefusedError):
            continue
        ready += 1
    return ready


def _until(holds: Callable[[], bool], what: str) -> None:
    """Asks until it holds: the server tells nobody outside that its pool is full."""
    deadline = time.monotonic() + REFILL_LIMIT_S
    while not holds():
        if time.monotonic() > deadline:
            raise WrongAnswer(f"it took too long until {what}")
        time.sleep(0.02)
