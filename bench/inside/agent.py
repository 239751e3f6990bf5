"""Drives the peers from inside a desktop, so that their times hold nothing of the way in.

Reads one JSON object a line, does it, answers with one line. Everything that is timed is timed here, by the same client
code and clock that the host uses for Nen.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from raw_http import Connection, request  # beside this file once it is inside

CUA_PORT = 18000
CUA_LOG = "/tmp/bench-cua.log"
PICTURE = "/tmp/bench-scrot.png"
START_LIMIT_S = 60.0

# uvicorn closes a connection that was idle for 5 s; a fresh one is made before that, outside of what is timed.
IDLE_LIMIT_S = 3.0

cua: Connection | None = None
used = 0.0


def png_size(data: bytes) -> list[int]:
    """Width and height of a PNG; an error if it is none."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[-8:-4] != b"IEND":
        raise ValueError("no whole PNG came")
    return list(struct.unpack(">II", data[16:24]))


def start_cua(_: dict[str, Any]) -> dict[str, Any]:
    """Starts cua-computer-server on loopback and connects once it listens."""
    command = [sys.executable, "-m", "computer_server", "--host", "127.0.0.1", "--port", str(CUA_PORT)]
    with open(CUA_LOG, "wb") as log:
        server = subprocess.Popen(
            [*command, "--log-level", "warning"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", CUA_PORT)).close()
            break
        except ConnectionRefusedError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(Path(CUA_LOG).read_text()[-2000:]) from None
            # Nothing can be waited on for a port of another program; connecting is the question itself.
            time.sleep(0.05)
    return {}


def connected() -> Connection:
    """A connection to cua-computer-server that it has not closed."""
    global cua, used
    if cua is None or time.monotonic() - used > IDLE_LIMIT_S:
        if cua:
            cua.close()
        cua = Connection(("127.0.0.1", CUA_PORT))
    return cua


def ask_cua(order: dict[str, Any]) -> dict[str, Any]:
    """One command of cua-computer-server; a screenshot is checked after the clock stopped."""
    global used
    message = request("POST", "/cmd", None, {"command": order["command"], "params": order.get("params", {})})
    reply = connected().exchange(message)
    used = time.monotonic()
    if reply.status != 200 or not reply.body.startswith(b"data: "):
        raise RuntimeError(f"cua answered {reply.status}: {reply.body[:300]!r}")
    answer = json.loads(reply.body[6:])
    if not answer.get("success"):
        raise RuntimeError(f"cua: {answer.get('error')}")
    found: dict[str, Any] = {"ms": reply.ms}
    if order["command"] == "screenshot":
        picture = base64.b64decode(answer["image_data"])
        found |= {"size": png_size(picture), "bytes": len(picture)}
    return found


def spawn(order: dict[str, Any]) -> dict[str, Any]:
    """One run of a program to its end, found on the PATH before the clock starts."""
    argv = order["argv"]
    path = os.path.join("/usr/bin", argv[0])
    began = time.perf_counter_ns()
    child = os.posix_spawn(path, argv, os.environ)
    _, status = os.waitpid(child, 0)
    took = time.perf_counter_ns() - began
    if status != 0:
        raise RuntimeError(f"{' '.join(argv)[:200]} ended with {os.waitstatus_to_exitcode(status)}")
    return {"ms": took / 1e6}


def scrot(_: dict[str, Any]) -> dict[str, Any]:
    """scrot into a file in memory, and the file's bytes: what an agent needs to show a model."""
    began = time.perf_counter_ns()
    child = os.posix_spawn("/usr/bin/scrot", ["scrot", "-o", PICTURE], os.environ)
    _, status = os.waitpid(child, 0)
    with open(PICTURE, "rb") as file:
        picture = file.read()
    took = time.perf_counter_ns() - began
    if status != 0:
        raise RuntimeError(f"scrot ended with {os.waitstatus_to_exitcode(status)}")
    return {"ms": took / 1e6, "size": png_size(picture), "bytes": len(picture)}


ORDERS = {"start_cua": start_cua, "cua": ask_cua, "spawn": spawn, "scrot": scrot}


def main() -> None:
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = ORDERS[order["do"]](order)
        except Exception as error:  # The host decides what an error means; this process goes on.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
