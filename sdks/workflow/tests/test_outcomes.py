"""How runs end, and what is said about it."""

from __future__ import annotations

import pytest
from worker import body


def test_the_hello_says_which_versions_meet(start):
    import platform

    import pydantic

    import nen

    assert start("").hello == {
        "protocol": 1,
        "python": platform.python_version(),
        "pydantic": pydantic.VERSION,
        "nen": nen.__version__,
    }


TYPED = """
from datetime import date
from pydantic import BaseModel, Field
from nen import Secure
class Item(BaseModel):
    model_config = {"strict": True}
    day: date
    pair: tuple[int, int]
class Params(BaseModel):
    items: list[Item]
    count: int = Field(default=2, ge=1, alias="n")
class SecureParams(BaseModel):
    password: Secure[str] = Field(min_length=8)
class Result(BaseModel):
    day: date
    total: int
    secret: str
def run(params: Params, secure_params: SecureParams) -> Result:
    assert type(params.items[0].day) is date and type(params.items[0].pair) is tuple
    return Result(day=params.items[0].day, total=params.count, secret=f"{secure_params.password}")
"""
ITEM = {"day": "2025-01-31", "pair": [1, 2]}


def test_params_arrive_as_the_model_has_them_and_the_result_leaves_as_json(start):
    worker = start(TYPED)
    outcome = worker.run({"items": [ITEM], "n": 7}, secure=["password"])
    assert outcome == {
        "result": {"day": "2025-01-31", "total": 7, "secret": "SecureValue('password')"}
    }
    assert worker.exit_code() == 0


def test_params_that_do_not_fit_are_named_by_path(start):
    kind, message = start(TYPED).failure(
        params={"items": [ITEM, {"day": "soon"}], "n": 0}, secure=["password"]
    )
    assert kind == "ParamsError"
    for part in ("items.1.day: ", "items.1.pair: Field required", "n: Input should be greater"):
        assert part in message


def test_a_secret_that_was_not_given_is_named(start):
    failure = start(TYPED).failure(params={"items": [ITEM]})
    assert failure == ("ParamsError", "secure params are missing: password")


def result(returned: str, fields: str = "total: int") -> str:
    return f"""
from pydantic import BaseModel
class Params(BaseModel): pass
class Other(BaseModel):
    total: int = 1
class Result(BaseModel):
    {fields}
def run(params: Params) -> Result:
    {returned}
"""


def test_a_dict_that_fits_is_a_result(start):
    assert start(result('return {"total": "5"}')).run() == {"result": {"total": 5}}


WRONG = {
    "none": (result("pass"), "run returned None: it must return a Result"),
    "another model": (result("return Other()"), "run returned a value of type Other"),
    "a dict that does not fit": (result("return {}"), "did not return a Result: total: Field req"),
    "a field that was spoilt": (
        result('r = Result(total=1); r.total = "many"; return r'),
        "cannot be written as JSON",
    ),
    "not a number": (
        result('return Result(total=float("nan"))', "total: float"),
        "cannot be written as JSON",
    ),
    "an object": (result("return Result(total=object())", "total: object"), "cannot be written"),
    "half a character": (result('return Result(total="\\ud800")', "total: str"), "cannot be wri"),
    "a reference": (
        "from nen import SecureValue\n"
        + result('return Result(total=SecureValue("p"))', "total: object"),
        "cannot be written as JSON",
    ),
    "ten megabytes": (
        result('return Result(total="x" * 10_000_000)', "total: str"),
        "more than 4194304: write what is large to a file in /artifacts",
    ),
    "a taken name among extra ones": (
        result('return Result(total=1, error="x")', 'model_config = {"extra": "allow"}'),
        "the result has error, a name that is put beside the result",
    ),
}


@pytest.mark.parametrize(("source", "reason"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_result_fails_the_run_and_says_why(start, source, reason):
    worker = start(source)
    kind, message = worker.failure()
    assert kind == "ResultError"
    assert reason in message
    assert worker.exit_code() == 0


def test_a_file_that_is_no_workflow_fails_a_run(start):
    assert start("x = 1").failure()[0] == "InvalidWorkflow"
    assert start("import nowhere").failure()[0] == "ModuleNotFoundError"


FAILURES = {
    "raise": ('raise WorkflowError("no such invoice: ü")', "WorkflowError", "no such invoice: ü"),
    "without a message": ("assert False", "AssertionError", "AssertionError"),
    "exit": ("sys.exit(3)", "SystemExit", "the workflow called sys.exit(3)"),
    "exit with words": ('sys.exit("no")', "SystemExit", "the workflow called sys.exit(no)"),
    "exit without anything": ("sys.exit()", "SystemExit", "the workflow called sys.exit()"),
    "interrupt": (
        "raise KeyboardInterrupt",
        "KeyboardInterrupt",
        "the workflow was interrupted (KeyboardInterrupt)",
    ),
    "generator exit": ('raise GeneratorExit("x")', "GeneratorExit", "x"),
    "a __str__ that raises": (
        "class Bad(Exception):\n    def __str__(self): raise SystemExit(1)\nraise Bad",
        "Bad",
        "<Bad, whose __str__ raised SystemExit>",
    ),
    "half a character": (r'raise ValueError("a\ud800")', "ValueError", r"a\ud800"),
}


@pytest.mark.parametrize(("code", "kind", "message"), FAILURES.values(), ids=FAILURES.keys())
def test_whatever_ends_a_run_is_reported(start, code, kind, message):
    worker = start(body(code))
    assert worker.failure() == (kind, message)
    assert worker.exit_code() == 0


def test_endless_recursion_is_reported(start):
    kind, message = start(body("def deep(): return deep()\ndeep()")).failure()
    assert kind == "RecursionError"
    assert "maximum recursion depth" in message


def test_a_huge_message_is_cut_and_so_is_its_traceback(start):
    code = 'raise ValueError("a" * 5_000_000 + "end")'
    failed = start(body(code)).run()["failed"]
    assert 9_000 < len(failed["error"]) <= 10_000
    assert "characters left out" in failed["error"]
    assert failed["error"].startswith("aaa") and failed["error"].endswith("end")
    assert 19_000 < len(failed["traceback"]) <= 20_000


def test_a_traceback_begins_at_the_workflow_and_shows_its_lines(start):
    trace = start(body("import rows\nrows.read()"), rows="def read():\n    {}['x']\n").run()
    lines = trace["failed"]["traceback"].splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].endswith("in run") and "workflow.py" in lines[1]
    assert any("rows.py" in line and line.endswith("in read") for line in lines)
    assert lines[-1] == "KeyError: 'x'"
    assert not any("_sandbox.py" in line or "_run.py" in line for line in lines)


def test_a_failure_that_is_about_the_whole_shows_no_lines_of_the_runner(start):
    failed = start(result("pass")).run()["failed"]
    assert failed["traceback"] == f"ResultError: {failed['error']}\n"


def test_what_is_printed_and_logged_comes_out_in_whole_lines(start):
    code = """
import logging
print("one", "ü", 2)
print("no end", end="")
logging.info("read %d", 3)
logging.getLogger("rows").warning("odd")
sys.stderr.write("half \\ud800\\n")
"""
    worker = start(body(code))
    worker.value()
    assert worker.output == "one ü 2\nno end"
    log = worker.errors.splitlines()
    assert log[0].startswith("INFO") and log[0].endswith("read 3")
    assert log[1].startswith("WARNING") and log[1].endswith("odd")
    assert log[2] == "half \\ud800"


def test_logging_can_be_set_up_by_the_workflow(start):
    code = """
import logging
logging.basicConfig(level=logging.DEBUG, format="mine %(message)s")
logging.debug("x")
"""
    worker = start(body(code))
    worker.value()
    assert worker.errors == "mine x\n"


def test_lines_of_threads_do_not_mix(start):
    code = """
def say(letter):
    for _ in range(200):
        print(letter, letter * 50, letter)
threads = [threading.Thread(target=say, args=(letter,)) for letter in "abcd"]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    worker = start(body(code))
    worker.value()
    lines = worker.output.splitlines()
    assert len(lines) == 800
    assert {line for line in lines} == {f"{c} {c * 50} {c}" for c in "abcd"}


def test_standard_input_is_empty(start):
    assert start(body("return sys.stdin.read()")).value() == ""


def test_files_and_classes_of_the_bundle_work_as_in_any_program(start):
    code = """
import pickle, shapes
return [pickle.loads(pickle.dumps(shapes.Circle())).__class__.__module__, os.path.basename(os.getcwd())]
"""
    worker = start(body(code), shapes="class Circle: pass")
    assert worker.value() == ["shapes", "artifacts"]


def test_a_file_of_the_bundle_cannot_take_the_place_of_the_package(start):
    worker = start(body("return nen.__version__"), nen="__version__ = 'false'", pydantic="x = 1")
    assert worker.value() == worker.hello["nen"]


def test_threads_and_open_files_that_are_left_behind_end_with_the_run(start):
    code = """
nen.kept = open("kept.txt", "w")
nen.kept.write("all of it")
"""
    worker = start(body(code))
    worker.value()
    assert worker.exit_code() == 0
    assert (worker.artifacts / "kept.txt").read_text() == "all of it"


def test_a_thread_that_never_ends_does_not_keep_the_process(start):
    worker = start(body("threading.Thread(target=threading.Event().wait).start()\nreturn 1"))
    assert worker.value() == 1
    assert worker.exit_code() == 0
