"""The runner as a process: cancellation, threads, forks, and a worker that goes away."""

from __future__ import annotations

import pytest
from worker import DEADLINE, body

CANCELLED = ("Cancelled", "the run was cancelled")


def failure(worker) -> tuple[str, str]:
    failed = worker.receive()["failed"]
    return failed["error_type"], failed["error"]


def test_a_call_in_flight_is_cancelled(start):
    worker = start(body("Computer().wait(300)"))
    worker.ask()
    assert worker.receive()["call"] == "computer.wait"
    worker.cancel()
    assert failure(worker) == CANCELLED
    assert worker.exit_code() == 0


def test_a_run_out_of_time_says_so(start):
    worker = start(body("Computer().wait(300)"))
    worker.ask()
    worker.receive()
    worker.cancel("timeout")
    assert failure(worker) == ("Cancelled", "the run reached its time limit")


BUSY = {
    "loop": "while True: pass",
    "sleep": "time.sleep(300)",
    "lock": "threading.Lock().acquire() and threading.Event().wait()",
    "subprocess": 'import subprocess\nsubprocess.run(["sleep", "300"])',
    "asyncio": "import asyncio\nasyncio.run(asyncio.sleep(300))",
    "except": "while True:\n    try: time.sleep(300)\n    except Exception: pass",
}


@pytest.mark.parametrize("code", BUSY.values(), ids=BUSY.keys())
def test_what_makes_no_call_is_cancelled_all_the_same(start, code):
    worker = start(body(f"Computer().press('a')\n{code}"))
    worker.ask()
    worker.reply(worker.receive(), lambda call, args: None)
    worker.cancel()
    assert failure(worker) == CANCELLED


def test_a_cancelled_run_cleans_up_once_and_undisturbed(start):
    code = """
try:
    Computer().wait(300)
finally:
    total = sum(range(2_000_000))
    with open("cleaned", "a") as file:
        file.write("up")
    try:
        Computer().press("Escape")
    except nen.Cancelled as error:
        print("again:", error)
"""
    worker = start(body(code))
    worker.ask()
    worker.receive()
    worker.cancel()
    worker.cancel("timeout")
    assert failure(worker) == CANCELLED
    assert worker.output == "again: the run was cancelled\n"
    assert (worker.artifacts / "cleaned").read_text() == "up"


def test_calls_of_other_threads_are_cancelled_too(start):
    # By an event, not by join: an interrupted join of Python 3.11 takes the thread for ended.
    code = """
found, everyone = [], threading.Event()
def wait():
    try:
        Computer().wait(300)
    except nen.Cancelled as error:
        found.append(str(error))
        if len(found) == 3:
            everyone.set()
try:
    for _ in range(3):
        threading.Thread(target=wait).start()
    everyone.wait()
finally:
    everyone.wait()
    print(found)
"""
    worker = start(body(code))
    worker.ask()
    for _ in range(3):
        assert worker.receive()["call"] == "computer.wait"
    worker.cancel()
    assert failure(worker) == CANCELLED
    assert worker.output == f"{['the run was cancelled'] * 3}\n"


def test_a_run_that_ignores_its_cancellation_still_has_an_outcome(start):
    code = """
try:
    Computer().wait(300)
except BaseException:
    return "stubborn"
"""
    worker = start(body(code))
    worker.ask()
    worker.receive()
    worker.cancel()
    assert worker.receive() == {"result": {"value": "stubborn"}}


def test_threads_call_at_once_and_each_gets_its_own_answer(start):
    code = """
found = {}
def ask(number):
    found[number] = Agent().extract(str(number), {"type": "integer"})
threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
return [found[number] for number in range(20)]
"""
    worker = start(body(code))
    worker.ask()
    asked = [worker.receive() for _ in range(20)]
    # All of them wait; answered in the opposite order.
    for message in reversed(asked):
        worker.reply(message, lambda call, args: int(args["query"]) * 2)
    assert worker.receive() == {"result": {"value": [number * 2 for number in range(20)]}}


def test_a_hundred_thousand_bytes_from_each_of_many_threads_stay_whole(start):
    code = """
def say(letter):
    for _ in range(10):
        Computer().type(letter * 100_000)
threads = [threading.Thread(target=say, args=(letter,)) for letter in "abcdef"]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    worker = start(body(code))
    worker.value()
    assert sorted(args["text"] for _, args in worker.calls) == [
        letter * 100_000 for letter in "abcdef" for _ in range(10)
    ]


def test_a_fork_cannot_call_and_its_return_is_not_the_runs(start):
    code = """
child = os.fork()
if child == 0:
    try:
        Computer().press("from the fork")
    except nen.RPCError as error:
        print("child:", error)
    return "child"
status = os.waitpid(child, 0)[1]
Computer().press("a")
return ["parent", status]
"""
    worker = start(body(code))
    assert worker.value() == ["parent", 0]
    assert worker.calls == [("computer.press", {"key": "a"})]
    assert worker.output == (
        "child: computer.press was called in a forked process: only the run's own can call\n"
    )
    assert worker.receive() == {}


def test_a_fork_that_stays_does_not_keep_the_connection(start):
    code = """
ready, told = os.pipe()
if os.fork() == 0:
    os.write(told, str(os.getpid()).encode())
    os.close(told)
    time.sleep(30)
    os._exit(0)
return int(os.read(ready, 20))
"""
    worker = start(body(code))
    child = worker.value()
    try:
        assert worker.receive() == {}
    finally:
        import os
        import signal

        os.kill(child, signal.SIGKILL)


def test_multiprocessing_works(start):
    code = """
import multiprocessing, shapes
with multiprocessing.get_context("{}").Pool(2) as pool:
    return pool.map(shapes.double, [1, 2, 3])
"""
    for method in ("fork", "spawn"):
        worker = start(body(code.format(method)), shapes="def double(x): return 2 * x")
        assert worker.value() == [2, 4, 6], method


def test_a_worker_that_goes_away_fails_the_call_and_ends_the_process(start):
    code = """
try:
    Computer().wait(300)
except nen.RPCError as error:
    print(type(error).__name__, error)
try:
    Computer().press("a")
except nen.RPCError as error:
    print(error)
"""
    worker = start(body(code))
    worker.ask()
    worker.receive()
    worker.hang_up()
    gone = "the connection to the worker is gone"
    assert worker.output == f"RPCError {gone}\n{gone}\n"
    assert worker.exit_code() == 1


def test_a_run_that_does_not_notice_ends_without_its_worker(start):
    worker = start(body('Computer().press("a")\nwhile True: pass'))
    worker.ask()
    worker.reply(worker.receive(), lambda call, args: None)
    worker.hang_up()
    assert worker.exit_code() == 1


@pytest.mark.parametrize("sent", [b"", b"no json\n", b"[1]\n", b'{"cancel": {}}\n', b'{"half'])
def test_a_worker_that_gives_up_before_the_start_ends_the_process(start, sent):
    worker = start(body("pass"))
    worker.socket.sendall(sent)
    worker.hang_up()
    assert worker.exit_code() == 1


@pytest.mark.parametrize("sent", [b"no json\n", b"[1]\n", b"[" * 100_000 + b"\n"])
def test_what_is_not_of_the_protocol_ends_the_connection(start, sent):
    worker = start(body("Computer().wait(300)"))
    worker.ask()
    worker.receive()
    worker.socket.sendall(sent)
    assert failure(worker) == ("RPCError", "the connection to the worker is gone")


@pytest.mark.parametrize(
    "sent",
    [b'{"id": 99, "ok": 1}', b'{"id": [1], "ok": 1}', b'{"id": null}', b'{"news": {}}'],
)
def test_answers_to_nothing_are_passed_over(start, sent):
    worker = start(body("return Agent().verify('a')"))
    worker.ask()
    message = worker.receive()
    worker.socket.sendall(sent + b"\n")
    worker.reply(message, lambda call, args: True)
    assert worker.receive() == {"result": {"value": True}}


def test_closing_every_descriptor_only_ends_the_process(start):
    code = """
os.closerange(0, 100)
Computer().press("a")
"""
    worker = start(body(code))
    worker.ask()
    assert worker.receive() == {}
    assert worker.exit_code() != 0


def test_leaving_by_os_exit_only_ends_the_process(start):
    worker = start(body("os._exit(7)"))
    worker.ask()
    assert worker.receive() == {}
    assert worker.exit_code() == 7


def test_programs_that_a_workflow_starts_do_not_get_the_socket(start):
    code = """
import subprocess
listed = subprocess.run(["ls", "-l", "/proc/self/fd"], capture_output=True, text=True, close_fds=False)
return listed.stdout
"""
    assert "socket:" not in start(body(code)).value()


def test_the_workflow_is_not_imported_before_the_instruction(start):
    source = "open('imported', 'w').close()\n" + body("pass")
    untold = start(source)
    untold.hang_up()
    untold.exit_code()
    assert not (untold.artifacts / "imported").exists()
    told = start(source)
    told.value()
    assert (told.artifacts / "imported").exists()


def test_the_runner_brings_neither_http_nor_tls_with_it(start):
    names = ["http.client", "ssl", "urllib.request", "nen._http", "nen._local", "nen.__main__"]
    worker = start(body(f"return [name for name in {names} if name in sys.modules]"))
    assert worker.value() == []


def test_a_cancellation_that_meets_the_end_leaves_one_outcome(start):
    for _ in range(10):
        worker = start(body("Computer().press('a')"))
        worker.ask()
        worker.reply(worker.receive(), lambda call, args: None)
        worker.cancel()
        outcome = worker.receive()
        assert outcome.keys() in ({"result"}, {"failed"})
        assert worker.receive() == {}
        assert worker.process.wait(DEADLINE) == 0
