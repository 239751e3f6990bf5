"""`python -m nen run`, and a file that calls its own run."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from desktop_server import DesktopServer

SOURCE = """
import sys
from pydantic import BaseModel, Field
from nen import Computer, Secure
from texts import GREETING

class Point(BaseModel):
    x: int

class Params(BaseModel):
    name: str
    count: int = 1
    tags: list[str] = []
    point: Point | None = None
    label: str | None = Field(default=None, alias="theLabel")

class SecureParams(BaseModel):
    password: Secure[str] = Field(min_length=8)

class Result(BaseModel):
    seen: dict

def run(params: Params, secure_params: SecureParams) -> Result:
    print("working")
    if params.name == "fail":
        raise ValueError("it failed")
    if params.name == "exit":
        sys.exit(4)
    Computer().type(GREETING)
    Computer().type(secure_params.password)
    return Result(seen=params.model_dump())

if __name__ == "__main__":
    print(run(Params(name="self"), Secure.references(SecureParams)).seen["name"])
"""


@pytest.fixture
def nen(server: DesktopServer, tmp_path, monkeypatch):
    """Runs the command on the workflow above: exit code, standard output, standard error."""
    folder = tmp_path / "flow"
    folder.mkdir()
    (folder / "workflow.py").write_text(SOURCE)
    (folder / "texts.py").write_text("GREETING = 'hello'")
    monkeypatch.setenv("NEN_SECURE_PASSWORD", "hunter22")

    def nen(*arguments: str, module: bool = True) -> tuple[int, str, str]:
        command = ["-m", "nen", "run", "flow/workflow.py"] if module else ["flow/workflow.py"]
        done = subprocess.run(
            [sys.executable, *command, *arguments],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
            env=dict(os.environ),
        )
        return done.returncode, done.stdout, done.stderr

    return nen


def test_the_result_is_all_there_is_on_standard_output(nen, server):
    code, out, err = nen("--param", "name=x")
    assert code == 0, err
    assert json.loads(out)["seen"]["name"] == "x"
    assert err == "working\n"
    typed = [request.json["action"]["params"]["text"] for request in server.requests]
    assert typed == ["hello", "hunter22"]


VALUES = [
    ("name=Ada", "name", "Ada"),
    ("name=5", "name", "5"),
    ("name=null", "name", "null"),
    ('name="quoted"', "name", "quoted"),
    ("name=a=b", "name", "a=b"),
    ("name=", "name", ""),
    ("count=7", "count", 7),
    ('tags=["a", "b"]', "tags", ["a", "b"]),
    ('point={"x": 3}', "point", {"x": 3}),
    ("point=null", "point", None),
    ("theLabel=12", "label", "12"),
    ("theLabel=null", "label", None),
]


@pytest.mark.parametrize(("param", "field", "value"), VALUES, ids=[p for p, _, _ in VALUES])
def test_a_param_is_json_where_that_fits_its_field_and_text_otherwise(nen, param, field, value):
    code, out, err = nen("--param", "name=x", "--param", param)
    assert code == 0, err
    assert json.loads(out)["seen"][field] == value


def test_params_come_from_a_file_and_single_ones_win(nen, tmp_path):
    (tmp_path / "p.json").write_text('{"name": "file", "count": 3}')
    code, out, err = nen("--params-file", "p.json", "--param", "count=4")
    assert code == 0, err
    seen = json.loads(out)["seen"]
    assert (seen["name"], seen["count"]) == ("file", 4)


def test_a_desktop_can_be_named(nen, server):
    assert nen("--param", "name=x", "--desktop", "dsk_other")[0] == 0
    assert server.lines == ["POST /desktops/dsk_other/execute"] * 2


def test_what_the_workflow_raises_ends_with_one_and_its_own_lines(nen):
    code, out, err = nen("--param", "name=fail")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert lines[-1] == "ValueError: it failed"
    assert "workflow.py" in lines[2]
    assert "_run.py" not in err


def test_leaving_by_exit_is_a_failure(nen):
    code, out, err = nen("--param", "name=exit")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == "the workflow called sys.exit(4)"


WRONG = [
    (["--param", "count=many"], "count: Input should be a valid integer"),
    (["--param", "count=many"], "name: Field required"),
    (["--param", "name"], "--param name has to be NAME=VALUE"),
    (["--params-file", "nowhere.json"], "nowhere.json cannot be read: "),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_params_are_named_before_anything_is_touched(nen, server, arguments, said):
    code, out, err = nen(*arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err
    assert server.requests == []


def test_a_secret_that_is_missing_or_too_short_is_named_without_it(nen, server, monkeypatch):
    monkeypatch.setenv("NEN_SECURE_PASSWORD", "abc")
    code, _, err = nen("--param", "name=x")
    assert code == 1
    assert "password: String should have at least 8 characters" in err
    assert "abc" not in err
    monkeypatch.delenv("NEN_SECURE_PASSWORD")
    assert "secrets have no value: set NEN_SECURE_PASSWORD" in nen("--param", "name=x")[2]
    assert server.requests == []


def test_a_wrong_command_line_ends_with_two(nen):
    assert nen("--colour")[0] == 2


def test_a_file_can_call_its_own_run(nen, server):
    code, out, err = nen(module=False)
    assert (code, out) == (0, "working\nself\n"), err
    typed = [request.json["action"]["params"]["text"] for request in server.requests]
    assert typed == ["hello", "hunter22"]
