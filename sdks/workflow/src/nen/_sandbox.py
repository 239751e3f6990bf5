"""The process of one run, as the worker starts it: `python3 -I -u _sandbox.py`, by path.

Descriptor 0 is a socket to the worker, 1 and 2 become log records. What is said over the socket: hello,
one instruction, calls and answers, one outcome.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._socket import SocketTransport

_PROTOCOL = 1


def main() -> int:
    """Does what the worker asks for; 0 when it was answered."""
    folder = os.environ.get("NEN_BUNDLE", "/workflow")
    descriptor = _take_standard_input()
    _write_whole_lines()
    _make_importable(folder)

    from nen._socket import SocketTransport

    transport = SocketTransport(descriptor)
    try:
        transport.send({"hello": _hello()})
        _load_ahead()
        instruction = transport.receive()
        if instruction is None or not instruction.keys() & {"describe", "run"}:
            # Given up before it was told anything.
            return 1
        transport.start()
        outcome = _follow(transport, instruction, folder)
        return _report(transport, outcome)
    except OSError as error:
        print(f"nen: the connection to the worker is gone: {error}", file=sys.stderr)
        return 1


def _take_standard_input() -> int:
    descriptor = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0, inheritable=True)
    os.close(nothing)
    return descriptor


def _write_whole_lines() -> None:
    # With -u every part of a print would be a write of its own, and lines of threads would mix.
    sys.stdout = _lines_to(1)
    sys.stderr = _lines_to(2)


def _lines_to(descriptor: int) -> io.TextIOWrapper:
    return open(
        descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )


def _make_importable(folder: str) -> None:
    # The package's own first: a file of the bundle with the same name must not replace it.
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    packages = [path for path in os.environ.get("NEN_PACKAGES", "").split(":") if path]
    sys.path[:0] = [own, *packages, folder]


def _hello() -> dict[str, Any]:
    from nen._version import __version__

    version = sys.version_info
    return {
        "protocol": _PROTOCOL,
        "python": f"{version.major}.{version.minor}.{version.micro}",
        "pydantic": _pydantic_version(),
        "nen": __version__,
    }


def _pydantic_version() -> str:
    # Importing it takes a hundred times as long, and hello is what the worker waits for.
    for folder in sys.path:
        try:
            with open(os.path.join(folder, "pydantic", "version.py"), encoding="utf-8") as file:
                for line in file:
                    if line.startswith("VERSION ="):
                        return line.split("=", 1)[1].strip().strip("'\"")
        except OSError:
            continue
    return "missing"


def _load_ahead() -> None:
    # Every workflow needs pydantic; whoever keeps a runner in readiness has it loaded before it counts.
    try:
        from nen import _bundle, _run  # noqa: F401
    except ImportError:
        # Said in answer to the instruction, where somebody reads it.
        pass


def _follow(transport: SocketTransport, instruction: dict[str, Any], folder: str) -> dict[str, Any]:
    """The message that answers an instruction."""
    try:
        try:
            if "describe" in instruction:
                return _describe(instruction["describe"], folder)
            return {"result": _run(transport, instruction["run"], folder)}
        finally:
            # From here on a cancellation has nothing to interrupt, and the outcome is told.
            transport.cancellation.end()
    except BaseException as error:  # noqa: BLE001 - whatever the workflow raised is its outcome
        from nen import _failure

        return {"failed": _failure.describe(error)}


def _describe(asked: dict[str, Any], folder: str) -> dict[str, Any]:
    from nen import _bundle, _failure, _schema, _transport

    _transport.use(_transport.NoDesktop())
    try:
        module = _bundle.import_file(folder, asked["entry"])
    except BaseException as error:  # noqa: BLE001 - whatever an import raises, also sys.exit
        return {
            "refused": {
                "reason": _failure.cut(_bundle.why_not_imported(error, folder, asked["entry"]))
            }
        }
    try:
        return {"described": _schema.describe(_bundle.workflow_of(module))}
    except Exception as error:  # noqa: BLE001 - models bring code of their own
        return {"refused": {"reason": _failure.cut(_failure.message(error))}}


def _run(transport: SocketTransport, asked: dict[str, Any], folder: str) -> dict[str, Any]:
    from nen import _bundle, _run, _transport

    transport.model = asked.get("model")
    _transport.use(transport)
    _let_logging_out()
    workflow = _bundle.workflow_of(_bundle.import_file(folder, asked["entry"]))
    return _run.perform(workflow, asked.get("params") or {}, asked.get("secure_fields") or ())


def _let_logging_out() -> None:
    # What `logging` does when nobody has configured it, but from INFO on and with level and name. Not
    # basicConfig: the workflow's own call of it would then do nothing.
    import logging

    logging.getLogger().setLevel(logging.INFO)
    if logging.lastResort is not None:
        logging.lastResort.setLevel(logging.INFO)
        logging.lastResort.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))


def _report(transport: SocketTransport, outcome: dict[str, Any]) -> int:
    if not transport.belongs_here:
        # A fork of the workflow that came back from run: its outcome is not the run's.
        _flush()
        os._exit(0 if "result" in outcome else 1)
    # First, so that the worker has the whole log when it has the outcome.
    _flush()
    transport.send(outcome)
    transport.end()
    return 0


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # The workflow may have closed it, or put something of its own in its place.
        with contextlib.suppress(Exception):
            stream.flush()


if __name__ == "__main__":
    sys.exit(main())
