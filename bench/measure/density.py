"""What an idle desktop costs, and whether many of them stand on this machine."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import processes
from desktop import Desktop, WrongAnswer
from effort import Effort
from machine import free_memory_mib
from server import Server
from table import Promise, Topic, at_most

NAME = "density"
DESKTOPS = 100
AT_A_TIME = 2
IDLE_S = 20.0


def run(effort: Effort) -> Topic:
    count = 3 if effort.short else DESKTOPS
    idle_s = 3.0 if effort.short else IDLE_S
    found = Topic(
        "Idle desktops",
        ["one desktop", "PSS, MiB", "of a core, %"],
        notes=[
            "PSS of everything in the desktop's process tree: bubblewrap, controller, X server, window manager, task bar, "
            "slirp4netns. Memory shared by several desktops is counted in parts, so one alone looks largest; with many "
            "of them each is the average.",
        ],
    )
    limits = ["--max-desktops", str(count + 1), "--max-desktops-per-workspace", str(count + 1)]
    with Server(effort.nen, limits) as server:
        before = free_memory_mib()
        alone = Desktop.create(server)
        alone_cost = _idle([alone], idle_s)
        _rows(found, alone)
        found.row("in all, alone on the server", f"{alone_cost[0]:.1f}", f"{alone_cost[1]:.3f}")
        began = time.monotonic()
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            desktops = [alone, *pool.map(lambda _: Desktop.create(server), range(count - 1))]
        standing = time.monotonic() - began
        mean_pss, mean_cpu = _idle(desktops, idle_s)
        found.row(f"in all, average of {count}", f"{mean_pss:.1f}", f"{mean_cpu:.3f}")
        began = time.monotonic()
        for desktop in desktops:
            desktop.screenshot()
        answering = time.monotonic() - began
        after = free_memory_mib()
        server_pss = processes.usage(server.process.pid).pss_mib
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            list(pool.map(Desktop.delete, desktops))
    found.notes += [
        f"{count} desktops stood {standing:.1f} s after the first, {AT_A_TIME} created at a time "
        f"({standing / max(1, count - 1) * 1000:.0f} ms each); all answered a screenshot, one after the other, "
        f"in {answering:.2f} s.",
        f"Memory available: {before:.0f} MiB before, {after:.0f} MiB with all of them "
        f"({(before - after) / count:.1f} MiB each); the server itself {server_pss:.1f} MiB.",
    ]
    found.promises += [
        at_most("idle desktop alone, PSS", alone_cost[0], 70, "MiB"),
        at_most("idle desktop alone, processor", alone_cost[1], 0.2, "% of a core"),
        at_most(f"{count} idle desktops, PSS of each", mean_pss, 70, "MiB"),
        at_most(f"{count} idle desktops, processor of each", mean_cpu, 0.2, "% of a core"),
        Promise(
            f"{count} idle desktops stand and answer", "all", f"{len(desktops)} of {count}", len(desktops) == count
        ),
    ]
    return found


def _idle(desktops: list[Desktop], seconds: float) -> tuple[float, float]:
    """Average PSS in MiB and share of a core in percent over that time, during which nobody asks for anything."""
    pids = [pid for desktop in desktops for pid in desktop.processes()]
    used, began = _cpu(pids), time.monotonic()
    # Nothing is waited for: time has to pass for processor time to be measured.
    time.sleep(seconds)
    share = (_cpu(pids) - used) / (time.monotonic() - began)
    again = [pid for desktop in desktops for pid in desktop.processes()]
    if again != pids:
        raise WrongAnswer("a process of an idle desktop came or went")
    memory = processes.total(pids)
    return memory.pss_mib / len(desktops), share / len(desktops) * 100


def _cpu(pids: list[int]) -> float:
    return sum(processes.cpu_s(pid) for pid in pids)


def _rows(found: Topic, desktop: Desktop) -> None:
    for pid in desktop.processes():
        found.row(processes.name(pid), f"{processes.usage(pid).pss_mib:.1f}", "")
