"""A workflow's file: importing it, and what its `run` must look like."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
import traceback
import typing
from collections.abc import Callable
from types import ModuleType
from typing import Any

from pydantic import BaseModel, RootModel
from pydantic.fields import ComputedFieldInfo, FieldInfo

from .errors import InvalidWorkflow
from .secure import Secure

# Keys that are put beside the result when it is handed on.
_TAKEN = ("success", "error")

# What `__nen_network__` may say.
_NETWORKS = ("internet", "none")

_SHAPE = (
    "a workflow has run(params: Params) -> Result "
    "or run(params: Params, secure_params: SecureParams) -> Result"
)


class Workflow:
    """A `run` that can be called, and the models it is declared with."""

    __slots__ = ("network", "params", "result", "run", "secure", "version")

    def __init__(
        self,
        run: Callable[..., Any],
        params: type[BaseModel],
        secure: type[BaseModel] | None,
        result: type[BaseModel],
        version: str | None,
        network: str = "none",
    ) -> None:
        self.run = run
        self.params = params
        self.secure = secure
        self.result = result
        # What the file says in `__nen_version__`.
        self.version = version
        # What it says in `__nen_network__`: "internet" or "none".
        self.network = network

    @property
    def secure_fields(self) -> list[str]:
        """Names of the secrets it takes."""
        return [] if self.secure is None else list(self.secure.model_fields)


def import_file(folder: str, entry: str) -> ModuleType:
    """Imports the entry file of a bundle; files and packages beside it can be imported from it.

    Whatever the file raises comes through.
    """
    path = os.path.join(folder, entry)
    if not os.path.isfile(path):
        raise InvalidWorkflow(f"the bundle has no file {entry}")
    name = os.path.splitext(os.path.basename(entry))[0]
    if not name.isidentifier() or name in sys.modules or name in sys.stdlib_module_names:
        name = "workflow_file"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InvalidWorkflow(f"{entry} is not a Python file: its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    # Before it runs: pydantic looks up annotations of its classes there, and pickle its functions.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def why_not_imported(error: BaseException, folder: str, entry: str) -> str:
    """What an import failed with, and where in the bundle."""
    if isinstance(error, InvalidWorkflow):
        return str(error)
    file, line = _place(error, folder)
    where = f"{file}, line {line}" if file else entry
    if isinstance(error, SystemExit):
        return f"{where}: the file calls sys.exit() when it is imported; do that inside run()"
    what = traceback.format_exception_only(type(error), error)[-1].strip()
    if isinstance(error, ModuleNotFoundError):
        what += " (a workflow has Python's standard library, nen, pydantic and its own files)"
    return f"{where}: {what}"


def _place(error: BaseException, folder: str) -> tuple[str | None, int | None]:
    """The last line of the bundle that took part."""
    root = os.path.abspath(folder) + os.sep
    if isinstance(error, SyntaxError) and os.path.abspath(error.filename or "").startswith(root):
        return os.path.abspath(error.filename or "")[len(root) :], error.lineno
    place: tuple[str | None, int | None] = (None, None)
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = os.path.abspath(frame.f_code.co_filename)
        if path.startswith(root):
            place = (path[len(root) :], line)
    return place


def workflow_of(module: ModuleType) -> Workflow:
    """The workflow in a module; raises `InvalidWorkflow` with what is wrong and what would be right."""
    run = getattr(module, "run", None)
    if run is None:
        raise InvalidWorkflow(f"there is no function run: {_SHAPE}")
    if not callable(run):
        raise InvalidWorkflow(f"run is not a function but {type(run).__name__}: {_SHAPE}")
    if inspect.iscoroutinefunction(run) or inspect.isasyncgenfunction(run):
        raise InvalidWorkflow("run is async: make it a plain def, and call asyncio.run() inside")
    names = _parameters(run)
    try:
        hints = typing.get_type_hints(run)
    except Exception as error:  # noqa: BLE001 - annotations are code, which raises anything
        raise InvalidWorkflow(f"the annotations of run cannot be read: {error}") from None
    params = _model(hints, "params", "parameter params")
    secure = _model(hints, "secure_params", "parameter secure_params") if len(names) == 2 else None
    result = _model(hints, "return", "result")
    _check_params(params)
    if secure is not None:
        _check_secure(secure)
    _check_result(result)
    version = getattr(module, "__nen_version__", None)
    version = version if isinstance(version, str) else None
    return Workflow(run, params, secure, result, version, _network(module))


def _network(module: ModuleType) -> str:
    declared = getattr(module, "__nen_network__", "none")
    if not isinstance(declared, str) or declared not in _NETWORKS:
        raise InvalidWorkflow(
            f'__nen_network__ is {declared!r}: "internet" gives the workflow a network, '
            '"none", as when it is left out, gives it none'
        )
    # A plain one, should it be of a class of the workflow's own.
    return str(declared)


def _parameters(run: Callable[..., Any]) -> list[str]:
    try:
        parameters = list(inspect.signature(run).parameters.values())
    except (TypeError, ValueError):
        raise InvalidWorkflow(f"the parameters of run cannot be read: {_SHAPE}") from None
    names = [parameter.name for parameter in parameters]
    by_place = all(
        parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        for parameter in parameters
    )
    if not by_place or names not in (["params"], ["params", "secure_params"]):
        shown = ", ".join(str(parameter) for parameter in parameters)
        raise InvalidWorkflow(f"run takes ({shown}): {_SHAPE}")
    return names


def _model(hints: dict[str, Any], key: str, what: str) -> type[BaseModel]:
    if key not in hints:
        raise InvalidWorkflow(f"the {what} of run has no annotation: {_SHAPE}")
    model = hints[key]
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        shown = getattr(model, "__name__", None) or str(model)
        raise InvalidWorkflow(
            f"the {what} of run is annotated {shown}, which is not a class derived from pydantic.BaseModel"
        )
    if model is BaseModel or issubclass(model, RootModel):
        raise InvalidWorkflow(
            f"the {what} of run is annotated {model.__name__}: use a class of your own, derived from "
            "pydantic.BaseModel, with a field for each value"
        )
    return model


def _is_secure(annotation: object) -> bool:
    return annotation is Secure or typing.get_origin(annotation) is Secure


def _check_params(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        if _is_secure(field.annotation):
            raise InvalidWorkflow(
                f"{model.__name__}.{name} is Secure: secrets belong into a model of their own, "
                "the annotation of run's second parameter, secure_params"
            )


def _check_secure(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        what = f"{model.__name__}.{name}"
        inner = typing.get_args(field.annotation)[:1] if _is_secure(field.annotation) else ()
        if not inner or _plain(inner[0]) is not str:
            raise InvalidWorkflow(
                f"{what} is not Secure[str], which every field of {model.__name__} must be"
            )
        if not field.is_required():
            raise InvalidWorkflow(
                f"{what} has a default: a secret is always given by the caller of the run"
            )
        if field.alias is not None or field.validation_alias is not None:
            raise InvalidWorkflow(f"{what} has an alias: a secret goes by the name of its field")


def _plain(annotation: Any) -> Any:
    """The type inside of `Annotated`."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    return annotation


def _check_result(model: type[BaseModel]) -> None:
    fields: dict[str, FieldInfo | ComputedFieldInfo] = {
        **model.model_fields,
        **model.model_computed_fields,
    }
    names = set(fields)
    if model.model_config.get("serialize_by_alias"):
        names |= {field.alias for field in fields.values() if field.alias}
    for name in _TAKEN:
        if name in names:
            raise InvalidWorkflow(
                f"{model.__name__} has a field {name}, a name that is put beside the result: call it otherwise"
            )
