"""Managed workflows: accepting runs, what a run costs beside its own time, calls out of the sandbox, webhooks."""

from __future__ import annotations

import re
import subprocess
import time

from desktop import SMALL, WrongAnswer, check
from effort import Effort
from measure.create import pool_is_full
from raw_http import Connection
from receiver import Receiver
from server import Server
from table import Topic, at_least, at_most, not_measured
from timing import Times, ms

NAME = "runs"
RATE = 200
LIMIT_S = 60.0

NOTHING = """
from pydantic import BaseModel

class Params(BaseModel):
    pass

class Result(BaseModel):
    value: list[float] = []

def run(params: Params) -> Result:
    return Result()
"""

# What a call takes is timed where it is made; the look before it waits until the call before has settled.
CALLS = (
    NOTHING.split("def run")[0]
    + """
import time
from nen import Computer

def run(params: Params) -> Result:
    computer, times = Computer(), []
    for n in range(ROUNDS):
        computer.screenshot()
        begun = time.perf_counter()
        computer.move(100 + n % 500, 300)
        times.append((time.perf_counter() - begun) * 1000)
    return Result(value=times)
"""
)


def run(effort: Effort) -> Topic:
    found = Topic(
        "Managed workflows",
        ["ms", "screen", "rounds", "p50", "p95", "highest"],
        notes=[
            f"Accepted: `POST /runs` at {RATE} a second on one connection, nothing being executed.",
            "Overhead: from sending `POST /runs` until the receiver has the webhook of a run that returns at once, with a "
            "warm pool that is full: claim, desktop, sandbox, Python with pydantic, result, webhook.",
            "A call: `computer.move` as Python sees it, until the action is done.",
        ],
    )
    _accept(found, effort)
    _execute(found, effort)
    _webhooks(found, effort)
    return found


def _accept(found: Topic, effort: Effort) -> None:
    rounds, times = effort.rounds(2000, 100), Times()
    with Server(effort.nen, ["--run-slots", "0"]) as server, server.connect() as connection:
        body = {"workflow_id": _upload(server, connection, NOTHING)}
        message = server.request("POST", "/runs", body)
        begun = time.perf_counter()
        for number in range(rounds):
            # The pace of those who start runs, which does not slow down with the answers.
            time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
            times.add(check(connection.exchange(message), 202).ms)
    _row(found, f"accepted at {RATE}/s", rounds, times)
    found.promises.append(at_most(f"202 answered at {RATE} runs/s, p50", times.p50, 5, "ms"))


def _execute(found: Topic, effort: Effort) -> None:
    rounds, overhead = effort.rounds(20), Times()
    options = ["--warm-pool", "1", "--allow-private-webhooks"]
    with Server(effort.nen, options) as server, server.connect() as connection, Receiver() as receiver:
        body = {"workflow_id": _upload(server, connection, NOTHING), "webhook_callback": receiver.url}
        for _ in range(rounds):
            pool_is_full(server, 1)
            accepted = check(connection.exchange(server.request("POST", "/runs", body)), 202)
            came = receiver.wait_for(accepted.json()["messageId"], "success", LIMIT_S)
            overhead.add((came - accepted.sent_ns) / 1e6)
        calls = effort.rounds(100, 10)
        body["workflow_id"] = _upload(server, connection, CALLS.replace("ROUNDS", str(calls)))
        accepted = check(connection.exchange(server.request("POST", "/runs", body)), 202)
        run_id = accepted.json()["messageId"]
        receiver.wait_for(run_id, "success", LIMIT_S)
        ended = check(connection.exchange(server.request("GET", f"/runs/{run_id}"))).json()
    within = Times(ended["result"]["value"])
    if len(within) != calls:
        raise WrongAnswer(f"{len(within)} calls of {calls} were made")
    _row(found, "overhead of a run", rounds, overhead)
    _row(found, "a call out of the sandbox", calls, within)
    found.promises.append(at_most("a run besides its own time, p50", overhead.p50, 1000, "ms"))
    found.promises.append(at_most("a call from Python to the executed action, p50", within.p50, 3, "ms"))


def _webhooks(found: Topic, effort: Effort) -> None:
    what, bound = "webhooks delivered to a local receiver", 500
    program = effort.webhook_throughput
    if program is None:
        found.promises.append(not_measured(what, f"≥ {bound}/s", "the program for it is not built"))
        return
    said = subprocess.run([program, str(effort.rounds(3000, 200))], capture_output=True, text=True, check=True).stdout
    rate = min(float(rate) for rate in re.findall(r": (\d+) a second", said))
    found.promises.append(at_least(what, rate, bound, "/s"))


def _upload(server: Server, connection: Connection, source: str) -> str:
    files = [{"filename": "workflow.py", "content": source}]
    message = server.request("POST", "/workflows", {"name": "bench", "files": files})
    return check(connection.exchange(message), 201).json()["workflowId"]


def _row(found: Topic, what: str, rounds: int, times: Times) -> None:
    found.row(what, SMALL, rounds, ms(times.p50), ms(times.p95), ms(max(times.values)))
