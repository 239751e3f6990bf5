"""The table of attempts, and how one is tried."""

import dataclasses
import errno
import os
import select
import signal
from collections.abc import Callable

PLACES = ("host", "desktop", "container", "ordinary", "workflow", "network")

# What may come of an attempt. Everything else is the name of an error number, or what the attempt answers itself.
DONE = "done"
REFUSED = ("EPERM", "EACCES")
ABSENT = ("ENOENT", "ENOTDIR")
SHUT = (*REFUSED, *ABSENT, "EROFS")
NOBODY = ("ESRCH", "ENOENT")

# Longer than anything here takes on a busy machine, bombs aside.
PATIENCE = 30


class Outcome(Exception):
    """Ends an attempt with a word of its own."""


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    topic: str
    run: Callable
    # By place; none: not tried there.
    expected: dict
    # Why it may succeed where it may.
    because: str = ""
    # The facts to try it on, one after the other.
    over: str = ""
    patience: int = PATIENCE


ROWS: list[Row] = []


def words(expected):
    return (expected,) if isinstance(expected, str) else tuple(expected or ())


def attempt(name, *, desktop, host=None, container=..., ordinary=..., workflow=..., network=..., **more):
    """Adds a row. A place that is not named expects what a desktop does, `network` what a workflow does; None: not tried there."""
    container = desktop if container is ... else container
    ordinary = desktop if ordinary is ... else ordinary
    workflow = desktop if workflow is ... else workflow
    network = workflow if network is ... else network
    values = (host, desktop, container, ordinary, workflow, network)
    expected = {place: words(value) for place, value in zip(PLACES, values, strict=True)}
    allowed = [place for place in PLACES[1:] if DONE in expected[place]]
    if allowed and not more.get("because"):
        raise ValueError(f"{name}: say why it may succeed in {allowed}")

    def add(function):
        topic = function.__module__
        ROWS.append(Row(name, topic, function, expected, **more))
        return function

    return add


def rows(topic, facts, place):
    """The rows of a topic for a place, each bound to what it is tried on."""
    for row in ROWS:
        if row.topic != topic or not row.expected[place]:
            continue
        if not row.over:
            yield row
            continue
        things = facts[row.over]
        for label, thing in things.items() if isinstance(things, dict) else ((thing, thing) for thing in things):
            bound = lambda facts, run=row.run, thing=thing: run(facts, thing)  # noqa: E731
            yield dataclasses.replace(row, name=row.name.format(label), run=bound)


def tried(row, facts, place):
    outcome = apart(lambda: row.run(facts), row.patience)
    expected = row.expected[place]
    said = {"attempt": row.name, "outcome": outcome, "expected": expected, "right": outcome in expected}
    return said | ({"because": row.because} if outcome == DONE and place != "host" else {})


def apart(run, patience=PATIENCE):
    """Runs something in a process of its own, which may be killed for it, and answers what came of it."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        try:
            os.write(tell, word_of(run).encode()[:500])
        finally:
            os._exit(0)
    os.close(tell)
    try:
        if not select.select([told], [], [], patience)[0]:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "no end"
        said = os.read(told, 500).decode()
    finally:
        os.close(told)
    _, status = os.waitpid(child, 0)
    if said:
        return said
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"status {status}"


def word_of(run):
    try:
        return run() or DONE
    except Outcome as outcome:
        return str(outcome)
    except TimeoutError as error:
        return errno.errorcode.get(error.errno, "silence") if error.errno else "silence"
    except OSError as error:
        return errno.errorcode.get(error.errno, repr(error))
    except MemoryError:
        return "ENOMEM"
    except Exception as error:  # noqa: BLE001 - a row that is broken has to show
        return repr(error)
