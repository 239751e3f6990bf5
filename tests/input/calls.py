"""What is called: every operation of docs/openapi.json, with what its schema allows and what it does not."""

import json
import os
import zlib

import schemathesis
from house import ROOT, House
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case

SEED = int(os.environ.get("NEN_INPUT_SEED", "1"))
# Random cases of each operation, beside those at the bounds of its schema.
EXAMPLES = int(os.environ.get("NEN_INPUT_EXAMPLES", "15"))
EXECUTE = "/desktops/{id}/execute"
# What does not end is listened to for a moment; schemas say nothing about its events.
STREAMS = ["followDesktop", "followDesktops", "followView"]
# Seconds that a call may ask the server to wait, where it may ask for minutes.
PATIENCE = 0.02
# What of a body is seconds or milliseconds of waiting.
SECONDS = {"duration", "interval", "timeout"}
MILLISECONDS = {"quiet_ms", "max_ms"}


def configuration(examples: int = EXAMPLES, checks: dict | None = None) -> SchemathesisConfig:
    """The same cases at every run with the same seed."""
    refused = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "416", "422", "429", "431"]
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "max-stream-events": 1,
            "generation": {"max-examples": examples, "with-security-parameters": False, "database": "none"},
            "operations": [
                {"include-operation-id": list(RULED), "checks": {"positive_data_acceptance": {"enabled": False}}},
                {"include-operation-id": STREAMS, "checks": {"response_schema_conformance": {"enabled": False}}},
            ],
            "checks": checks or {"negative_data_rejection": {"expected-statuses": refused}},
        }
    )


# Operations with a rule that no schema can say, and the rule: what their schema allows may be refused all the same.
RULED = {
    "signIn": "one of key and code, and a good one",
    "createDesktop": "sizes together, names of environment variables, web addresses",
    "agentExecute": "names of models, amounts",
    "agentVerify": "names of models",
    "agentExtract": "names of models, schemas",
    "listTools": "sizes come together, and belong to a dialect",
    "performCalls": "a provider's own calls, and as in listTools",
    "execute": "one of action and actions, and what each tool's own schema says",
    "getScreenshot": "a region of this screen",
    "listFolder": "patterns of names",
    "readFile": "files, not folders",
    "writeFile": "files, not folders",
    "listFiles": "folders below the drive",
    "downloadFile": "names of files",
    "uploadFile": "names of files",
    "deleteFile": "names of files",
    "openSession": "taking over needs to be interactive",
    "watchDesktop": "a WebSocket",
    "createKey": "names of scopes, a time to come",
    "mcp": "the protocol's own rules",
    "listRuns": "cursors of answers before",
    "startRun": "the workflow's own schema, signatures, web addresses",
    "getModelUse": "since before until",
    "setWorkspaceNetwork": "names and addresses of a list",
    "uploadWorkflow": "files that make a workflow",
    "publishWorkflow": "files that make a workflow",
    "rollbackWorkflow": "versions that there were",
}


def operations():
    """The document as it is published."""
    return schemathesis.openapi.from_path(ROOT / "docs/openapi.json", config=configuration())


def actions():
    """`execute`, with the schemas of its tools in place of "an action and its parameters"."""
    document = json.loads((ROOT / "docs/openapi.json").read_text())
    document["paths"] = {EXECUTE: document["paths"][EXECUTE]}
    examples = json.loads((ROOT / "tests/vectors/tools.json").read_text())["examples"]
    calls = [as_call(tool) for tool in examples[0]["response"]["json"]]
    document["components"]["schemas"]["ActionCall"] = {"oneOf": calls}
    # A tool has one list of parameters for all its actions: which of them an action reads, its schema does not say.
    config = configuration(EXAMPLES * 10, {"negative_data_rejection": {"enabled": False}})
    return schemathesis.openapi.from_dict(document, config=config)


def as_call(tool: dict) -> dict:
    """The schema of one tool's calls, which lists the action among the parameters, as `execute` takes them."""
    params = dict(tool["parameters"]["properties"])
    action = params.pop("action")
    return {
        "type": "object",
        "required": ["tool", "action"],
        "additionalProperties": False,
        "properties": {
            "tool": {"const": tool["name"]},
            "action": action,
            "params": {"type": "object", "properties": params, "additionalProperties": False},
        },
    }


def is_negative(case: Case, location: ParameterLocation) -> bool:
    """Whether this part of the case was made to be refused."""
    component = case.meta and case.meta.components.get(location)
    return bool(component) and component.mode is GenerationMode.NEGATIVE


def aim(case: Case, house: House) -> None:
    """Most calls meet something that is there; the others meet 404."""
    names = case.path_parameters
    if not names or is_negative(case, ParameterLocation.PATH) or drawn(names) % 5 == 0:
        return
    kind = case.operation.path.split("/")[1]
    for name in names:
        names[name] = target(case, kind, name, house) or names[name]
    body = case.body
    if isinstance(body, dict) and case.operation.path == "/runs" and "workflow_id" in body:
        body["workflow_id"] = house.workflow


def target(case: Case, kind: str, name: str, house: House) -> object:
    """What a parameter of the path should name."""
    path, method = case.operation.path, case.operation.method.upper()
    if name == "id":
        if method == "DELETE" and path == f"/{kind}/{{id}}" or path.endswith("/cancel"):
            if path not in house.spare:
                house.spare[path] = [house.make(kind) for _ in range(2)]
            return house.spare[path].pop() if house.spare[path] else None
        if path.endswith(("/pause", "/resume")):
            return house.sleeper
        return {"desktops": house.desktop, "workflows": house.workflow, "runs": house.run}.get(kind)
    if name == "name":
        return house.picture if kind == "runs" else "seed.txt"
    return {"entry": 1, "webhook_id": house.webhook}.get(name)


def settle(case: Case) -> None:
    """Makes of a body what is worth sending: no long waiting, and no null where it means that nothing is there."""
    if not isinstance(case.body, dict | list):
        return
    hurry(case.body)
    if is_negative(case, ParameterLocation.BODY):
        case.body = without_nulls(case.body)


def without_nulls(value: object) -> object:
    """A body as the server reads it: what is null is absent."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def hurry(value: object) -> None:
    """Shortens what a body asks to wait for, where it is an amount that would be taken."""
    for at, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(inner, int | float) and not isinstance(inner, bool):
            if at in SECONDS and PATIENCE < inner <= 1800:
                value[at] = PATIENCE
            elif at in MILLISECONDS and PATIENCE * 1000 < inner <= 60_000:
                value[at] = int(PATIENCE * 1000)
        else:
            hurry(inner)


def drawn(value: object) -> int:
    """A number that depends on nothing but the case."""
    return zlib.crc32(json.dumps(value, sort_keys=True, default=str).encode())
