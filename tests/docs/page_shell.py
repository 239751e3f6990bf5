"""One shell for each page, as a reader has one terminal: what a block sets, the blocks after it find."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from pathlib import Path

# A command that fails anywhere in a block fails the block, as a reader would stop there.
PRELUDE = """set -E -o pipefail
trap 'failed="$BASH_COMMAND"' ERR
"""
SECONDS = 180


class PageShell:
    """A bash that reads blocks from files and says how each ended."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self.folder = folder
        self.count = 0
        ours, theirs = os.pipe()
        self.said = os.fdopen(ours)
        self.bash = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            text=True,
            pass_fds=[theirs],
            start_new_session=True,
        )
        os.close(theirs)
        self.control = theirs
        self._say(PRELUDE)

    def _say(self, text: str) -> None:
        self.bash.stdin.write(text)
        self.bash.stdin.flush()

    def run(self, language: str, text: str, typed: str = "") -> tuple[str, str, str]:
        """Runs a block, with a line typed where it asks; what it wrote, what it complained about, and the command that failed, if any."""
        self.count += 1
        suffix = {"sh": "sh", "python": "py", "js": "mjs", "go": "go"}[language]
        # Go wants a folder for each program, and overlooks names that begin with a dot.
        name = f"block_{self.count}/main.go" if language == "go" else f".block-{self.count}.{suffix}"
        script = self.folder / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(text)
        start = {"sh": ". ./", "python": "python ./", "js": "node ./", "go": "go run ./"}[language]
        command = start + (script.parent.name if language == "go" else script.name)
        (self.folder / ".in").write_text(f"{typed}\n" if typed else "")
        out, complaints = self.folder / ".out", self.folder / ".err"
        self._say(f'failed=; {command} >.out 2>.err <.in; echo "done ${{failed:-}}" >&{self.control}\n')
        ready, _, _ = select.select([self.said], [], [], SECONDS)
        line = self.said.readline() if ready else ""
        failed = line.removeprefix("done").strip() if line else f"it did not end within {SECONDS} s, or ended the shell"
        return out.read_text(errors="replace"), complaints.read_text(errors="replace"), failed

    def end(self) -> None:
        """Ends the shell and whatever it left in the background."""
        try:
            os.killpg(self.bash.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.bash.wait()
        self.bash.stdin.close()
        self.said.close()
