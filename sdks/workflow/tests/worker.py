"""The worker's side of a run: starts the runner as it is started in a sandbox, and answers its calls."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydantic

import nen

RUNNER = Path(nen.__file__).with_name("_sandbox.py")
PACKAGES = Path(pydantic.__file__).parents[1]
# Seconds after which a runner that says nothing counts as hung.
DEADLINE = 30.0

MODELS = """
from pydantic import BaseModel
class Params(BaseModel):
    pass
class Result(BaseModel):
    value: object = None
"""


def body(code: str) -> str:
    """A workflow with nothing but a body of `run`; it may return a value."""
    lines = "\n".join(f"    {line}" for line in code.strip().splitlines())
    return f"""{MODELS}
from nen import *
import nen, os, sys, time, threading
def body():
{lines}
def run(params: Params) -> Result:
    return Result(value=body())
"""


class Refusal(Exception):
    """An error to answer a call with."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Worker:
    def __init__(self, folder: Path, source: str | None, files: dict[str, str]) -> None:
        bundle, self.artifacts = folder / "workflow", folder / "artifacts"
        bundle.mkdir(parents=True)
        self.artifacts.mkdir()
        if source is not None:
            (bundle / "workflow.py").write_text(source, encoding="utf-8")
        for name, text in files.items():
            (bundle / f"{name}.py").write_text(text, encoding="utf-8")
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._out, self._err = folder / "out", folder / "err"
        ours, theirs = socket.socketpair()
        ours.settimeout(DEADLINE)
        self.socket = ours
        with theirs, open(self._out, "wb") as out, open(self._err, "wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-u", str(RUNNER)],
                stdin=theirs,
                stdout=out,
                stderr=err,
                cwd=self.artifacts,
                env={
                    "NEN_BUNDLE": str(bundle),
                    "NEN_PACKAGES": str(PACKAGES),
                    "PATH": os.environ["PATH"],
                },
            )
        self.lines = ours.makefile("rb")
        self.hello = self.receive()["hello"]

    def send(self, message: dict[str, Any]) -> None:
        self.socket.sendall(json.dumps(message).encode() + b"\n")

    def receive(self) -> dict[str, Any]:
        """The runner's next message; an empty one when it has hung up."""
        line = self.lines.readline()
        message: dict[str, Any] = json.loads(line) if line else {}
        return message

    def describe(self, entry: str = "workflow.py") -> dict[str, Any]:
        self.send({"describe": {"entry": entry}})
        return self.receive()

    def refusal(self) -> str:
        reason: str = self.describe()["refused"]["reason"]
        return reason

    def ask(
        self,
        params: dict[str, Any] | None = None,
        secure: list[str] | None = None,
        model: str | None = None,
    ) -> None:
        asked = {
            "entry": "workflow.py",
            "params": params or {},
            "secure_fields": secure or [],
            "model": model,
        }
        self.send({"run": asked})

    def run(
        self,
        params: dict[str, Any] | None = None,
        answer: Callable[[str, dict[str, Any]], Any] = lambda call, args: None,
        **asked: Any,
    ) -> dict[str, Any]:
        """A whole run: every call is written down and answered; gives the outcome."""
        self.ask(params, **asked)
        while "call" in (message := self.receive()):
            self.reply(message, answer)
        return message

    def reply(self, message: dict[str, Any], answer: Callable[[str, dict[str, Any]], Any]) -> None:
        self.calls.append((message["call"], message["args"]))
        try:
            self.send({"id": message["id"], "ok": answer(message["call"], message["args"])})
        except Refusal as error:
            self.send({"id": message["id"], "error": {"type": error.kind, "message": str(error)}})

    def value(self, **asked: Any) -> Any:
        """The value of a workflow made by `body`."""
        return self.run(**asked)["result"]["value"]

    def failure(self, **asked: Any) -> tuple[str, str]:
        """Class and message of what a run failed with."""
        failed = self.run(**asked)["failed"]
        return failed["error_type"], failed["error"]

    def cancel(self, reason: str = "cancelled") -> None:
        self.send({"cancel": {"reason": reason}})

    def exit_code(self) -> int:
        return self.process.wait(DEADLINE)

    def hang_up(self) -> None:
        self.lines.close()
        self.socket.close()

    @property
    def output(self) -> str:
        """What went to standard output; whole once the process has ended."""
        self.exit_code()
        return self._out.read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        self.exit_code()
        return self._err.read_text(encoding="utf-8")

    def end(self) -> None:
        self.hang_up()
        self.process.kill()
        self.process.wait()
