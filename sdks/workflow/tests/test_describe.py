"""What a workflow is said to be, and why a file is refused."""

from __future__ import annotations

import pytest
from worker import MODELS

GOOD = '''
from __future__ import annotations
from typing import Annotated
from pydantic import BaseModel, Field
from nen import Agent, Computer, Secure, WorkflowError, RPCError

__nen_version__ = "1.0.0"
__nen_network__ = "internet"

class Invoice(BaseModel):
    number: str

class Question(BaseModel):
    vendor: str = Field(alias="vendorName")
    count: int = Field(default=3, ge=1)

class Keys(BaseModel):
    user: Secure[str]
    password: Secure[str] = Field(min_length=8, pattern="^[a-z]+$", description="of the portal")
    pin: Annotated[Secure[str], Field(max_length=4)]
    token: Secure[Annotated[str, Field(max_length=5)]]

class Answer(BaseModel):
    invoices: list[Invoice]

def run(params: Question, secure_params: Keys) -> Answer:
    """Not called."""
    raise AssertionError
'''


def test_a_workflow_is_described_by_the_annotations_of_its_run(start):
    described = start(GOOD).describe()["described"]
    assert described["secure_fields"] == ["user", "password", "pin", "token"]
    assert described["nen_version"] == "1.0.0"
    assert described["network"] == "internet"
    params = described["params_schema"]
    assert params["required"] == ["vendorName"]
    assert params["properties"]["count"] == {
        "default": 3,
        "minimum": 1,
        "title": "Count",
        "type": "integer",
    }
    assert described["result_schema"]["required"] == ["invoices"]
    assert "Invoice" in described["result_schema"]["$defs"]


def test_constraints_of_secure_fields_are_those_of_the_secrets(start):
    schema = start(GOOD).describe()["described"]["secure_schema"]
    assert schema["type"] == "object"
    assert schema["required"] == ["user", "password", "pin", "token"]
    properties = schema["properties"]
    assert properties["user"] == {"title": "User", "type": "string"}
    assert properties["password"] == {
        "title": "Password",
        "description": "of the portal",
        "type": "string",
        "minLength": 8,
        "pattern": "^[a-z]+$",
    }
    assert properties["pin"]["maxLength"] == 4
    assert properties["token"]["maxLength"] == 5


def test_a_workflow_without_secrets_has_no_schema_of_them(start):
    source = f"{MODELS}\ndef run(params: Params) -> Result:\n    return Result()"
    worker = start(source)
    described = worker.describe()["described"]
    assert (described["secure_fields"], described["secure_schema"]) == ([], None)
    assert described["nen_version"] is None
    assert described["network"] == "none"
    assert worker.exit_code() == 0


def test_names_beside_the_file_can_be_imported(start):
    source = f"from prices import FIRST\n{MODELS}\ndef run(params: Params) -> Result: ..."
    assert "described" in start(source, prices="FIRST = 1").describe()


def workflow(signature: str, extra: str = "") -> str:
    return f"{MODELS}\nfrom nen import Secure\nfrom pydantic import *\nfrom typing import *\n{extra}\n{signature}"


SECRETS = "class Secrets(BaseModel):\n    {}\nclass Plain(BaseModel):\n    a: str"
TAKES = "def run(params: Params, secure_params: Secrets) -> Result: ..."

REFUSED = {
    "no run": (workflow("x = 1"), "there is no function run: a workflow has run(params: Params)"),
    "run is no function": (workflow("run = 5"), "run is not a function but int"),
    "a network that is none": (
        workflow("def run(params: Params) -> Result: ...", "__nen_network__ = 'lan'"),
        "__nen_network__ is 'lan': \"internet\" gives the workflow a network",
    ),
    "a network that is no text": (
        workflow("def run(params: Params) -> Result: ...", "__nen_network__ = True"),
        '__nen_network__ is True: "internet" gives the workflow a network',
    ),
    "async": (workflow("async def run(params: Params) -> Result: ..."), "make it a plain def"),
    "no parameter": (workflow("def run() -> Result: ..."), "run takes ()"),
    "three parameters": (
        workflow("def run(params: Params, secure_params: Params, c: int = 1) -> Result: ..."),
        "run takes (params: ",
    ),
    "other names": (workflow("def run(payload: Params) -> Result: ..."), "run takes (payload: "),
    "keyword only": (workflow("def run(*, params: Params) -> Result: ..."), "run takes ("),
    "params without annotation": (
        workflow("def run(params) -> Result: ..."),
        "parameter params of run has no annotation",
    ),
    "params is a dict": (
        workflow("def run(params: dict) -> Result: ..."),
        "parameter params of run is annotated dict, which is not a class derived from pydantic",
    ),
    "result without annotation": (
        workflow("def run(params: Params): ..."),
        "result of run has no annotation",
    ),
    "result is none": (workflow("def run(params: Params) -> None: ..."), "annotated NoneType"),
    "result is optional": (
        workflow("def run(params: Params) -> Result | None: ..."),
        "annotated workflow.Result | None, which is not a class derived from pydantic.BaseModel",
    ),
    "result is a list": (
        workflow("def run(params: Params) -> Rows: ...", "class Rows(RootModel[list[int]]): pass"),
        "annotated Rows: use a class of your own",
    ),
    "unknown annotation": (
        workflow("def run(params: 'Nowhere') -> Result: ..."),
        "the annotations of run cannot be read: name 'Nowhere' is not defined",
    ),
    "secure field is plain": (
        workflow(TAKES, SECRETS.format("password: str")),
        "Secrets.password is not Secure[str]",
    ),
    "secure field is no text": (
        workflow(TAKES, SECRETS.format("pin: Secure[int]")),
        "Secrets.pin is not Secure[str]",
    ),
    "secure field of nothing": (
        workflow(TAKES, SECRETS.format("pin: Secure")),
        "Secrets.pin is not Secure[str]",
    ),
    "secure field is optional": (
        workflow(TAKES, SECRETS.format("pin: Secure[str] | None")),
        "Secrets.pin is not Secure[str]",
    ),
    "secure field has a default": (
        workflow(TAKES, SECRETS.format("password: Secure[str] = 'x'")),
        "Secrets.password has a default",
    ),
    "secure field has a default factory": (
        workflow(TAKES, SECRETS.format("password: Secure[str] = Field(default_factory=str)")),
        "Secrets.password has a default",
    ),
    "secure field has an alias": (
        workflow(TAKES, SECRETS.format("password: Secure[str] = Field(alias='pw')")),
        "Secrets.password has an alias",
    ),
    "secret among the params": (
        workflow("def run(params: Secrets) -> Result: ...", SECRETS.format("pw: Secure[str]")),
        "Secrets.pw is Secure: secrets belong into a model of their own",
    ),
    "result has success": (
        workflow("def run(params: Params) -> R: ...", "class R(BaseModel):\n    success: bool"),
        "R has a field success, a name that is put beside the result",
    ),
    "result has error": (
        workflow("def run(params: Params) -> R: ...", "class R(Result):\n    error: str"),
        "R has a field error",
    ),
    "result computes error": (
        workflow(
            "def run(params: Params) -> R: ...",
            "class R(Result):\n    @computed_field\n    @property\n    def error(self) -> str: ...",
        ),
        "R has a field error",
    ),
    "no schema": (
        workflow(
            "def run(params: P) -> Result: ...",
            "class P(BaseModel):\n    model_config = {'arbitrary_types_allowed': True}\n    a: type(open)",
        ),
        "P has no JSON Schema",
    ),
    "syntax": ("x = 1\ndef run(:\n", "workflow.py, line 2: SyntaxError: "),
    "missing package": (
        "import json\nimport nowhere\n",
        "workflow.py, line 2: ModuleNotFoundError: No module named 'nowhere' (a workflow has",
    ),
    "raises": ("x = 1\n\n1 / 0\n", "workflow.py, line 3: ZeroDivisionError: division by zero"),
    "exits": ("import sys\nsys.exit(3)\n", "workflow.py, line 2: the file calls sys.exit()"),
    "acts when imported": (
        "from nen import Computer\nComputer().press('a')\n",
        "workflow.py, line 2: nen.errors.WorkflowError: computer.press was called while the file",
    ),
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_no_workflow_is_refused_with_the_reason(start, source, reason):
    worker = start(source)
    assert reason in worker.refusal()
    assert worker.exit_code() == 0


def test_a_mistake_in_a_file_beside_it_is_placed_there(start):
    worker = start("import rows\n", rows="x = 1\nnowhere\n")
    assert worker.refusal().startswith("rows.py, line 2: NameError")


def test_a_bundle_without_the_file_is_refused(start):
    assert start(None).refusal() == "the bundle has no file workflow.py"
