"""The other side of `inside/`: programs of the benchmark that run in a desktop, as the desktop's user, on its screen.

They enter all namespaces of the desktop and its cgroup, so that they get the same processors, the same share of them and
the same X server as the part of Nen that they are compared with.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from typing import Any

import processes
from cgroups import cgroups
from desktop import Desktop, WrongAnswer

HERE = Path(__file__).parent
PACKAGES = HERE / ".peers"
# Below the desktop's home, where it can be read inside; the name is unlikely to be in a program's way.
FOLDER = ".nen-bench"
PYTHON = "/usr/bin/python3"
ANSWER_LIMIT_S = 180.0


def missing() -> str | None:
    """Why no program can be put into a desktop, or None."""
    if os.geteuid() != 0:
        return "entering a desktop's namespaces needs root"
    if not (PACKAGES / "requirements.txt").exists():
        return "bench/.peers is not installed"
    return None


class Inside:
    """A program of `inside/` running in a desktop; one JSON line in, one out."""

    def __init__(self, desktop: Desktop, script: str) -> None:
        self.script = script
        _bring(desktop)
        instance = desktop.instance
        display = _display(desktop)
        groups = [folder / "cgroup.procs" for folder in cgroups(instance).values()]
        joins = "".join(f"echo $$ > {group} 2>/dev/null; " for group in groups)
        enter = (
            f"nsenter --target {instance['init']['pid']} --user --preserve-credentials --mount --pid --ipc --net --uts"
        )
        environment = (
            f"env -i -C /home/user HOME=/home/user LANG=C.UTF-8 PATH=/usr/bin:/bin DISPLAY={display} "
            f"PYTHONPATH=/home/user/{FOLDER}/packages PYTHONDONTWRITEBYTECODE=1 NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory"
        )
        run = f"{PYTHON} -u /home/user/{FOLDER}/{script}"
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f"{joins}exec {enter} --setuid 1000 --setgid 1000 {environment} {run}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._answer()

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        """One order; an error inside is one here."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"do": do, **order}).encode() + b"\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout and self.process.stderr
        ready, _, _ = select.select([self.process.stdout], [], [], ANSWER_LIMIT_S)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            self.process.kill()
            raise WrongAnswer(f"{self.script} said nothing: {self.process.stderr.read().decode()[-2000:]}")
        answer = json.loads(line)
        if error := answer.get("error"):
            raise WrongAnswer(f"{self.script}: {error}")
        return answer

    def close(self) -> None:
        """Its input ends, and so does it; what it started ends with the desktop."""
        assert self.process.stdin and self.process.stdout and self.process.stderr
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
        self.process.stderr.close()


class Watcher(Inside):
    """The DAMAGE listener."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop, "watch_damage.py")

    def painted(self, since_ns: int, quiet_ms: float, min_area: int = 0, limit_ms: float = 10_000) -> dict[str, Any]:
        """Waits until the screen was painted since then and has been quiet for so long."""
        answer = self.ask("wait", since=since_ns, quiet_ms=quiet_ms, min_area=min_area, limit_ms=limit_ms)
        if answer.get("timed_out"):
            raise WrongAnswer(f"the screen was not painted and then quiet: {answer}")
        return answer

    def since(self, since_ns: int, min_area: int = 0) -> list[list[int]]:
        """What was painted since then: moment, x, y, width, height."""
        return self.ask("since", since=since_ns, min_area=min_area)["events"]


class Peers(Inside):
    """cua-computer-server, xdotool and scrot on a desktop's screen. Times are in milliseconds and taken inside."""

    def __init__(self, desktop: Desktop) -> None:
        self.screen = desktop.screen
        super().__init__(desktop, "agent.py")
        self.ask("start_cua")

    def cua(self, command: str, **params: Any) -> float:
        return self.ask("cua", command=command, params=params)["ms"]

    def cua_screenshot(self) -> float:
        return self._picture(self.ask("cua", command="screenshot"))

    def scrot(self) -> float:
        return self._picture(self.ask("scrot"))

    def xdotool(self, *words: object) -> float:
        return self.ask("spawn", argv=["xdotool", *map(str, words)])["ms"]

    def _picture(self, answer: dict[str, Any]) -> float:
        if answer["size"] != [self.screen.width, self.screen.height]:
            raise WrongAnswer(f"a peer's screenshot of {answer['size']} instead of {self.screen}")
        return answer["ms"]


def _bring(desktop: Desktop) -> None:
    """Puts the programs and their packages below the desktop's home, once."""
    folder = desktop.folder / "home" / FOLDER
    if folder.exists():
        return
    folder.mkdir(mode=0o755)
    shutil.copytree(PACKAGES, folder / "packages", symlinks=True)
    for file in [*(HERE / "inside").glob("*.py"), HERE / "raw_http.py"]:
        shutil.copy2(file, folder)
        (folder / file.name).chmod(0o644)


def _display(desktop: Desktop) -> str:
    """The display's name, as the window manager was told it."""
    for pid in desktop.processes():
        if processes.name(pid) == "openbox":
            words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            return next(word[8:].decode() for word in words if word.startswith(b"DISPLAY="))
    raise WrongAnswer("the desktop has no window manager")
