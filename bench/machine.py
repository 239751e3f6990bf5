"""What the numbers were measured on and with."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, distributions
from pathlib import Path

from peers import PACKAGES, PYTHON

ROOT = Path(__file__).parent.parent


def describe(nen: Path) -> list[list[str]]:
    """Rows of a table: what, which."""
    return [
        ["date", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")],
        ["processor", f"{_cpu_model()}, {os.cpu_count()} cores"],
        ["memory", f"{_memory_kib('MemTotal') / 1024 / 1024:.1f} GiB"],
        ["kernel", f"{platform.system()} {platform.release()}"],
        ["system", _os_name()],
        ["load before the run", " ".join(f"{load:.2f}" for load in os.getloadavg()) + " (1, 5, 15 min)"],
        ["Nen", f"{_first_line(str(nen), '--version')}, commit {_commit()}"],
        ["Xvnc", _first_line("Xvnc", "-version")],
        ["Chromium", _first_line("chromium", "--version")],
        ["cua-computer-server", _package("cua-computer-server")],
        ["xdotool", _first_line("xdotool", "--version")],
        ["scrot", _first_line("scrot", "--version")],
        ["gnome-screenshot", _first_line("gnome-screenshot", "--version")],
        ["Python", _first_line(PYTHON, "--version")],
    ]


def free_memory_mib() -> float:
    """What programs could still take without swapping."""
    return _memory_kib("MemAvailable") / 1024


def _memory_kib(name: str) -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise ValueError(name)


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return " ".join(line.split(":", 1)[1].split())
    return platform.machine()


def _os_name() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown"


def _first_line(*command: str) -> str:
    """The first line a program says that is not empty; Xvnc says it on standard error."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except FileNotFoundError:
        return "not installed"
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines[0].split(" - ")[0] if lines else "unknown"


def _package(name: str) -> str:
    for found in distributions(path=[str(PACKAGES)]):
        try:
            if found.metadata["Name"] == name:
                return found.version
        except PackageNotFoundError:
            continue
    return "not installed"


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True).stdout.strip()

    commit = git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{commit} with changes" if git("status", "--porcelain", "--untracked-files=no") else commit
