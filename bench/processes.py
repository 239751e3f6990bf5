"""What a tree of processes uses, read from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    # The name may hold anything; the fields begin after its last bracket.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def started(pid: int) -> int | None:
    """When a process started, in ticks: with the pid this names a process for good. None when it is gone."""
    try:
        fields = _stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[19])


def parents() -> dict[int, int]:
    """The parent of every process there is."""
    found = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int(_stat(int(entry.name))[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def tree(roots: list[int]) -> list[int]:
    """These processes and all below them."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents().items():
        children.setdefault(parent, []).append(pid)
    found, open_ends = [], list(roots)
    while open_ends:
        pid = open_ends.pop()
        if started(pid) is not None:
            found.append(pid)
        open_ends += children.get(pid, [])
    return sorted(set(found))


@dataclass
class Usage:
    """Memory of one process or the sum of many."""

    pss_kib: int = 0
    rss_kib: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.pss_kib + other.pss_kib, self.rss_kib + other.rss_kib)

    @property
    def pss_mib(self) -> float:
        return self.pss_kib / 1024


def usage(pid: int) -> Usage:
    """Proportional and resident memory of one process; nothing when it is gone."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return Usage()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in rollup.splitlines()[1:] if line}
    return Usage(sizes["Pss"], sizes["Rss"])


def cpu_s(pid: int) -> float:
    """Processor time it has used; nothing when it is gone."""
    try:
        fields = _stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def total(pids: list[int]) -> Usage:
    return sum(map(usage, pids), Usage())


def name(pid: int) -> str:
    """Its command's name, with what it runs as when that is another word (`nen desktopd`)."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return "?"
    base = os.path.basename(words[0]).decode(errors="replace")
    return f"{base} {words[1].decode()}" if base == "nen" and len(words) > 1 else base
