"""Every call, as it stands on the wire between runner and worker, and what its answer becomes."""

from __future__ import annotations

import base64

import pytest
from worker import MODELS, Refusal, body

CALLS = [
    ('Computer().type("hi")', "computer.type", {"text": "hi", "interval": 0.02}),
    ('Computer().type("", interval=0)', "computer.type", {"text": "", "interval": 0.0}),
    (
        'Computer().type(SecureValue("password"), 0.1)',
        "computer.type",
        {"text": {"secure": "password"}, "interval": 0.1},
    ),
    ('Computer().press("Page_Down")', "computer.press", {"key": "Page_Down"}),
    ('Computer().hotkey("Ctrl", "+")', "computer.hotkey", {"keys": ["Ctrl", "+"]}),
    ("Computer().click_at(3, 0)", "computer.click_at", {"x": 3, "y": 0, "button": "left"}),
    (
        'Computer().click_at(3, 4, "middle")',
        "computer.click_at",
        {"x": 3, "y": 4, "button": "middle"},
    ),
    ("Computer().double_click_at(3, 4)", "computer.double_click_at", {"x": 3, "y": 4}),
    ("Computer().move(3, 4)", "computer.move", {"x": 3, "y": 4}),
    ("Computer().drag((1, 2), [3, 4])", "computer.drag", {"from": [1, 2], "to": [3, 4]}),
    (
        "Computer().scroll()",
        "computer.scroll",
        {"direction": "down", "amount": 3, "x": None, "y": None},
    ),
    (
        'Computer().scroll("left", 0, x=5, y=6)',
        "computer.scroll",
        {"direction": "left", "amount": 0, "x": 5, "y": 6},
    ),
    ("Computer().wait(1.5)", "computer.wait", {"seconds": 1.5}),
]


@pytest.mark.parametrize(("code", "call", "args"), CALLS, ids=[code for code, _, _ in CALLS])
def test_a_call_of_computer_is_sent_as_the_protocol_has_it(start, code, call, args):
    worker = start(body(f"return {code}"))
    assert worker.value() is None
    assert worker.calls == [(call, args)]


def test_a_screenshot_is_its_bytes(start):
    worker = start(body("return list(Computer().screenshot())"))
    png = base64.b64encode(b"\x89PNG").decode()
    assert bytes(worker.value(answer=lambda call, args: {"png": png})) == b"\x89PNG"
    assert worker.calls == [("computer.screenshot", {})]


def test_execute_gives_its_metadata(start):
    worker = start(body('return Agent().execute("log in", max_iterations=5)'))
    report = {"success": True, "iterations": 2, "cost_usd": None}
    assert worker.value(answer=lambda call, args: report) == report
    args = {"instruction": "log in", "max_iterations": 5, "model": None}
    assert worker.calls == [("agent.execute", args)]


def test_verify_gives_a_bool_and_its_timeout_is_ten_seconds(start):
    worker = start(body('a = Agent()\nreturn [a.verify("x"), a.verify("y", timeout=0.5)]'))
    assert worker.value(answer=lambda call, args: args["condition"] == "x") == [True, False]
    assert [args["timeout"] for _, args in worker.calls] == [10, 1]


def test_extract_gives_the_value_as_it_is(start):
    worker = start(body('return Agent().extract("rows", {"type": "array"})'))
    assert worker.value(answer=lambda call, args: [{"a": 1}]) == [{"a": 1}]
    args = {"query": "rows", "schema": {"type": "array"}, "model": None}
    assert worker.calls == [("agent.extract", args)]


def test_the_model_of_a_call_goes_before_the_agents_and_that_before_the_runs(start):
    code = """
Agent("agent").verify("a", model="call")
Agent("agent").verify("b")
Agent().verify("c")
"""
    worker = start(body(code))
    worker.value(answer=lambda call, args: True, model="run")
    assert [args["model"] for _, args in worker.calls] == ["call", "agent", "run"]


def test_a_drive_lists_files_by_their_absolute_paths_and_sends_its_own_as_given(start):
    code = """
drive = Computer().drive("~/Downloads")
return [f"{drive}", [[f.name, f.size, f.path, f.modified] for f in drive.files("**/*.pdf")]]
"""
    listing = {
        "path": "/home/user/Downloads",
        "files": [{"name": "a/ü.pdf", "size": 7, "modified": 1730000000.25}],
    }
    worker = start(body(code))
    file = ["a/ü.pdf", 7, "/home/user/Downloads/a/ü.pdf", 1730000000.25]
    assert worker.value(answer=lambda call, args: listing) == ["~/Downloads", [file]]
    assert worker.calls == [("drive.list", {"path": "~/Downloads", "pattern": "**/*.pdf"})]


class Disk:
    """Answers drive.read from one file."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __call__(self, call, args):
        end = args["offset"] + args["length"]
        data = self.content[args["offset"] : end]
        return {"data": base64.b64encode(data).decode(), "end": end >= len(self.content)}


def file(code: str, size: int = 0) -> str:
    return body(f'file = nen.File("big.bin", {size}, "/drive/big.bin", 0.0)\n{code}')


def test_a_large_file_is_read_in_pieces_that_fit_into_a_message(start):
    content = bytes(range(256)) * 40_000
    code = "import hashlib\nreturn hashlib.sha256(file.read_bytes()).hexdigest()"
    worker = start(file(code))
    import hashlib

    assert worker.value(answer=Disk(content)) == hashlib.sha256(content).hexdigest()
    pieces = [(args["offset"], args["length"]) for _, args in worker.calls]
    mib = 1024 * 1024
    assert pieces == [(0, 4 * mib), (4 * mib, 4 * mib), (8 * mib, 4 * mib)]


def test_an_empty_file_has_no_pieces(start):
    worker = start(file("return [list(file.iter_bytes()), file.read_text()]"))
    assert worker.value(answer=Disk(b"")) == [[], ""]


def test_a_file_comes_in_pieces_of_the_size_asked_for(start):
    worker = start(file("return [len(piece) for piece in file.iter_bytes(4)]"))
    assert worker.value(answer=Disk(b"0123456789")) == [4, 4, 2]


def test_text_is_decoded(start):
    worker = start(file('return [file.read_text(), file.read_text("latin-1")]'))
    assert worker.value(answer=Disk("ü".encode())) == ["ü", "Ã¼"]


def test_an_opened_file_can_be_read_by_lines_and_sought_in(start):
    code = """
with file.open() as f:
    first = f.readline().decode()
    f.seek(-3, 2)
    return [first, f.read().decode(), f.tell()]
"""
    worker = start(file(code, size=11))
    assert worker.value(answer=Disk(b"one\ntwo\nend")) == ["one\n", "end", 11]


def test_a_file_is_saved_under_a_path_or_into_a_folder(start):
    code = """
os.mkdir("folder")
return [os.path.basename(file.save("copy.bin")), os.path.basename(file.save("folder"))]
"""
    worker = start(file(code))
    assert worker.value(answer=Disk(b"content")) == ["copy.bin", "big.bin"]
    assert (worker.artifacts / "copy.bin").read_bytes() == b"content"
    assert (worker.artifacts / "folder/big.bin").read_bytes() == b"content"


def test_a_copy_that_fails_leaves_nothing_behind(start):
    def refuse(call, args):
        if args["offset"]:
            raise Refusal("WorkflowError", "the disk is gone")
        return {"data": base64.b64encode(b"half").decode(), "end": False}

    worker = start(file('file.save("copy.bin")'))
    assert worker.failure(answer=refuse) == ("WorkflowError", "the disk is gone")
    assert list(worker.artifacts.iterdir()) == []


def test_what_is_written_is_sent_in_pieces_the_first_of_which_replaces(start):
    worker = start(body('nen.Drive("/drive").write("b.bin", b"x" * (5 * 1024 * 1024))'))
    worker.value()
    sent = [base64.b64decode(args["data"]) for _, args in worker.calls]
    assert [len(data) for data in sent] == [4 * 1024 * 1024, 1024 * 1024]
    assert [args["append"] for _, args in worker.calls] == [False, True]
    assert {(args["path"], args["name"]) for _, args in worker.calls} == {("/drive", "b.bin")}


def test_an_empty_file_can_be_written_and_text_is_utf8(start):
    worker = start(body('d = nen.Drive("/drive")\nd.write("a", b"")\nd.write("b", "ü")'))
    worker.value()
    assert [base64.b64decode(args["data"]) for _, args in worker.calls] == [b"", "ü".encode()]


ERRORS = [
    "WorkflowError",
    "RPCError",
    "TimeoutError",
    "ValueError",
    "VerificationTimeout",
    "ConnectionLost",
    "ElementNotFound",
    "AuthenticationFailed",
    "Cancelled",
]


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_of_the_worker_is_raised_as_its_class(start, kind):
    def refuse(call, args):
        raise Refusal(kind, "it did not work: ü")

    worker = start(body('Computer().press("a")'))
    assert worker.failure(answer=refuse) == (kind, "it did not work: ü")


def test_an_error_of_a_later_version_is_a_workflow_error(start):
    def refuse(call, args):
        raise Refusal("Unheard", "later")

    worker = start(body('Computer().press("a")'))
    assert worker.failure(answer=refuse) == ("WorkflowError", "later")


def test_an_answer_of_the_wrong_shape_is_an_rpc_error(start):
    worker = start(body('Agent().verify("a")'))
    assert worker.failure(answer=lambda call, args: "yes")[0] == "RPCError"


def test_a_call_too_large_for_a_line_is_refused_and_the_run_goes_on(start):
    code = """
try:
    Computer().type("x" * (17 * 1024 * 1024))
except ValueError as error:
    Computer().press("a")
    return str(error)
"""
    worker = start(body(code))
    assert "arguments of computer.type are too large" in worker.value()
    assert worker.calls == [("computer.press", {"key": "a"})]


@pytest.mark.parametrize(
    ("schema", "kind"),
    [("{'a': object()}", "TypeError"), ("{'a': float('nan')}", "ValueError")],
)
def test_a_schema_that_is_not_json_is_refused_by_name(start, schema, kind):
    found, message = start(body(f"Agent().extract('q', {schema})")).failure()
    assert found == kind
    assert message.startswith("the arguments of agent.extract cannot be written as JSON")


def test_any_text_arrives_as_it_is(start):
    text = 'tab\t "quote" \\ newline\n é 漢 🎉 \u2028 \x00'
    source = MODELS.replace("pass", "text: str") + (
        "from nen import Computer\n"
        "def run(params: Params) -> Result:\n"
        "    Computer().type(params.text)\n"
        "    return Result(value=params.text)\n"
    )
    worker = start(source)
    assert worker.value(params={"text": text}) == text
    assert worker.calls[0][1]["text"] == text
