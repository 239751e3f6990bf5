"""`python -m nen run workflow.py`: one run in this interpreter, so that break points work."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import sys
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from . import _bundle, _failure, _run, _schema, _transport
from ._local import LocalTransport, secret_variable
from ._version import __version__
from .errors import ParamsError


def main(arguments: list[str] | None = None) -> int:
    """0 when the run completed, 1 when it failed, 2 for a wrong command line, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    folder, entry = os.path.split(os.path.abspath(options.file))
    sys.path.insert(0, folder)
    try:
        # On a terminal everything goes there; otherwise standard output is the result alone.
        keep = (
            contextlib.nullcontext()
            if sys.stdout.isatty()
            else contextlib.redirect_stdout(sys.stderr)
        )
        with keep:
            result = _perform(options, folder, entry)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BaseException as error:  # noqa: BLE001 - whatever the workflow raised is its outcome
        print(_failure.trace(error).rstrip(), file=sys.stderr)
        if isinstance(error, SystemExit):
            print(_failure.message(error), file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nen",
        description="Runs a workflow here and drives a desktop of the server at NEN_API_URL.",
    )
    parser.add_argument("--version", action="version", version=f"nen {__version__}")
    run = parser.add_subparsers(dest="command", required=True).add_parser(
        "run",
        help="run a workflow file",
        description="Runs a workflow file in this interpreter and prints its result as JSON. "
        "Needs NEN_API_KEY; NEN_API_URL where it is not http://127.0.0.1:8700. "
        "The secret of a field `password` is taken from NEN_SECURE_PASSWORD.",
    )
    run.add_argument("file", help="the workflow, such as workflow.py")
    run.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a param; VALUE is JSON where that fits the field, else text. Can be given more than once",
    )
    run.add_argument("--params-file", metavar="FILE", help="a JSON object of params; --param wins")
    run.add_argument(
        "--desktop", metavar="ID", help="use this desktop and leave it (or NEN_DESKTOP_ID)"
    )
    run.add_argument("--model", help="model for agents that name none")
    return parser


def _perform(options: argparse.Namespace, folder: str, entry: str) -> dict[str, Any]:
    workflow = _bundle.workflow_of(_bundle.import_file(folder, entry))
    params = {**_from_file(options.params_file), **_from_options(workflow.params, options.param)}
    if workflow.secure is not None:
        _check_secrets(workflow.secure)
    # Checked before a desktop is made.
    _run.read_params(workflow.params, params)
    _transport.use(LocalTransport.from_environment(options.desktop, options.model))
    return _run.perform(workflow, params, workflow.secure_fields)


def _from_file(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            params = json.load(file)
    except (OSError, ValueError) as error:
        raise ParamsError(f"{path} cannot be read: {error}") from None
    if not isinstance(params, dict):
        raise ParamsError(f"{path} must hold a JSON object with a member for each param")
    return params


def _from_options(model: type[BaseModel], options: list[str]) -> dict[str, Any]:
    params = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals or not name:
            raise ParamsError(f"--param {option} has to be NAME=VALUE")
        params[name] = _value(model, name, value)
    return params


def _value(model: type[BaseModel], name: str, text: str) -> Any:
    """JSON where that fits the field, the text itself otherwise."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    for field_name, field in model.model_fields.items():
        if name in (field_name, field.alias):
            annotation: Any = field.rebuild_annotation()
            # A model of this one field, because it takes every type that a field can have.
            alone = create_model(
                "Alone", __config__={"arbitrary_types_allowed": True}, value=(annotation, ...)
            )
            try:
                alone.model_validate_json(json.dumps({"value": value}))
            except ValidationError:
                return text
            return value
    return text


def _check_secrets(model: type[BaseModel]) -> None:
    """That the environment has each secret, and that it fits."""
    values = {name: os.environ.get(secret_variable(name)) for name in model.model_fields}
    missing = [secret_variable(name) for name, value in values.items() if value is None]
    if missing:
        raise ParamsError(f"secrets have no value: set {', '.join(missing)}")
    try:
        _schema.secret_values(model).model_validate(values)
    except ValidationError as error:
        raise ParamsError(f"secrets do not fit {model.__name__}: {_run.problems(error)}") from None


if __name__ == "__main__":
    sys.exit(main())
