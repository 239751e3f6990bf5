"""Many agents at once: each acts and sees once a second, and memory must stay flat."""

from __future__ import annotations

import base64
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import processes
from cgroups import cgroups
from desktop import SMALL, Desktop, WrongAnswer, call, png_size
from effort import Effort
from raw_http import HttpError
from server import Server
from table import Promise, Topic, at_most, not_measured
from timing import Times, ms

NAME = "load"
AGENTS = 40
# Clicks go to the wallpaper and the file window on it, not to the task bar, which would open more and more programs.
WIDTH, HEIGHT = SMALL.width, SMALL.height - 60
SAMPLES = (0.1, 0.5, 1.0)
# Between the first and the last sample; less is what allocators and kernels do by themselves.
FLAT_PERCENT = 5.0
# The agents are threads of one Python: none may keep another from taking its answer for long.
SWITCH_S = 0.0005


@dataclass
class Outcome:
    """What one agent saw."""

    beyond: Times = field(default_factory=Times)
    whole: Times = field(default_factory=Times)
    late: int = 0
    errors: list[str] = field(default_factory=list)


def run(effort: Effort) -> Topic:
    agents = 4 if effort.short else AGENTS
    seconds = 5.0 if effort.short else 600.0 if effort.long else 60.0
    # Not counted: connections, first pictures, buffers that are made once.
    warm_up = 2.0 if effort.short else 10.0
    found = Topic(
        "Load",
        ["ms", "actions", "p50", "p95", "p99", "highest"],
        notes=[
            f"{agents} agents, each with a desktop of its own with a file window on it, each one click at a random place with "
            f"settling and a picture once a second, for {seconds:.0f} s, their phases spread evenly.",
        ],
    )
    limits = ["--max-desktops", str(agents), "--max-desktops-per-workspace", str(agents)]
    with Server(effort.nen, limits) as server:
        with ThreadPoolExecutor(2) as pool:
            desktops = list(pool.map(lambda _: _prepared(server), range(agents)))
        outcomes = [Outcome() for _ in desktops]
        places = [_accounts(desktop) for desktop in desktops]
        sys.setswitchinterval(SWITCH_S)
        begin = time.monotonic() + warm_up
        threads = [
            threading.Thread(target=_agent, args=(desktop, outcome, number / agents, warm_up, begin, seconds))
            for number, (desktop, outcome) in enumerate(zip(desktops, outcomes, strict=True))
        ]
        for thread in threads:
            thread.start()
        memory = []
        for share in SAMPLES:
            _until(begin + share * seconds)
            memory.append(_memory(server, places))
        for thread in threads:
            thread.join()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Desktop.delete, desktops))
    _report(found, outcomes, memory, seconds, effort.long)
    return found


def _prepared(server: Server) -> Desktop:
    desktop = Desktop.create(server, tools=["computer", "windows"])
    desktop.act(desktop.execute_request(call("launch", "windows", app="files"), screenshot="never"))
    windows = desktop.execute_request(call("list", "windows"), screenshot="never", settle=False)
    deadline = time.monotonic() + 60
    while "Downloads" not in (shown := desktop.act(windows).json().get("output", "")) and "drive" not in shown:
        if time.monotonic() > deadline:
            raise WrongAnswer(f"the file manager did not open: {shown}")
        # The action itself waits until the screen has settled.
        desktop.act(desktop.execute_request(call("wait"), screenshot="never"))
    return desktop


def _agent(desktop: Desktop, outcome: Outcome, phase: float, warm_up: float, begin: float, seconds: float) -> None:
    """One agent's day: at its own phase of every second, a click and a look."""
    chance = random.Random(phase)
    moment = begin - warm_up + phase
    while moment < begin + seconds:
        place = [chance.randrange(WIDTH), chance.randrange(HEIGHT)]
        message = desktop.execute_request(call("left_click", coordinate=place), screenshot="always")
        _until(moment)
        late = time.monotonic() - moment
        try:
            reply = desktop.send(message)
            answer = reply.json()
            if answer["status"] != "ok" or png_size(base64.b64decode(answer["base64_image"])) != SMALL:
                raise WrongAnswer(f"not done, or no picture: {reply.body[:200]!r}")
        except (WrongAnswer, HttpError, OSError) as error:
            outcome.errors.append(f"{type(error).__name__}: {error}")
            return
        if moment >= begin:
            outcome.whole.add(reply.ms)
            outcome.beyond.add(reply.ms - answer["settled_ms"])
            outcome.late += late > 0.5
        moment += 1


def _until(moment: float) -> None:
    """An agent acts at its time; this is its pace and not a wait for something."""
    time.sleep(max(0.0, moment - time.monotonic()))


@dataclass
class Memory:
    """At one moment, in MiB."""

    at_s: float
    server_pss: float
    server_rss: float
    controllers_pss: float
    groups: float | None


@dataclass
class Accounts:
    """Where a desktop's memory can be read. Found before the load, so that looking for it does not disturb it."""

    controller: int
    group: Path | None


def _accounts(desktop: Desktop) -> Accounts:
    controllers = [pid for pid in desktop.processes() if processes.name(pid) == "nen desktopd"]
    groups = cgroups(desktop.instance)
    files = (("memory", "memory.usage_in_bytes"), ("v2", "memory.current"))
    counted = [groups[name] / file for name, file in files if name in groups]
    return Accounts(controllers[0], next((path for path in counted if path.exists()), None))


def _memory(server: Server, places: list[Accounts]) -> Memory:
    moment = time.monotonic()
    own = processes.usage(server.process.pid)
    groups = [int(place.group.read_text()) / 1024 / 1024 for place in places if place.group]
    return Memory(
        moment,
        own.pss_mib,
        own.rss_kib / 1024,
        processes.total([place.controller for place in places]).pss_mib / len(places),
        sum(groups) / len(groups) if groups else None,
    )


def _report(found: Topic, outcomes: list[Outcome], memory: list[Memory], seconds: float, long: bool) -> None:
    beyond = Times([value for outcome in outcomes for value in outcome.beyond.values])
    whole = Times([value for outcome in outcomes for value in outcome.whole.values])
    errors = [error for outcome in outcomes for error in outcome.errors]
    for what, times in (("whole call", whole), ("whole call − `settled_ms`", beyond)):
        found.row(what, len(times), ms(times.p50), ms(times.p95), ms(times.p99), ms(max(times.values)))
    found.promises.append(at_most("call beyond settling, p99", beyond.p99, 100, "ms"))
    found.promises.append(Promise("errors", "none", str(len(errors)), not errors))
    late = sum(outcome.late for outcome in outcomes)
    found.notes.append(
        f"{late} of {len(whole)} actions began more than half a second late, because the one before took so long."
    )
    first, last = memory[0], memory[-1]
    hours = (last.at_s - first.at_s) / 3600
    parts = [
        ("server, PSS", "server_pss"),
        ("server, RSS", "server_rss"),
        ("controller, PSS, average", "controllers_pss"),
        ("desktop's cgroup, average", "groups"),
    ]
    for what, part in parts:
        values = [getattr(sample, part) for sample in memory]
        if None in values:
            continue
        growth = values[-1] - values[0]
        shown = " → ".join(f"{value:.1f}" for value in values)
        found.notes.append(
            f"Memory, {what}: {shown} MiB at 10 %, 50 %, 100 % of {seconds:.0f} s; slope {growth / hours:+.1f} MiB an hour."
        )
        if part != "server_rss" and not long:
            # A minute is the time in which caches fill.
            found.promises.append(not_measured(f"memory flat: {what}", f"≤ +{FLAT_PERCENT:g} %", "only with --long"))
        elif part != "server_rss":
            percent = growth / values[0] * 100
            found.promises.append(
                Promise(f"memory flat: {what}", f"≤ +{FLAT_PERCENT:g} %", f"{percent:+.1f} %", percent <= FLAT_PERCENT)
            )
    if errors:
        raise WrongAnswer(f"{len(errors)} agents failed, the first: {errors[0]}")
