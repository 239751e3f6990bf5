"""The vision models that a server can ask."""

from __future__ import annotations

from pydantic import Field

from ._model import Model


class ModelProvider(Model):
    """A provider: whether the server has a key for it, and in which variable of its environment;
    and those of its models whose price is known. Others can be asked, too.
    """

    name: str
    configured: bool
    key_variable: str | None = None
    models: list[str] = Field(default_factory=list)


class ModelAlias(Model):
    """A server of models that the operator named. Models there are called `<model>@<name>`."""

    name: str


class Models(Model):
    """All of them. `default` is asked where none is named; `default_usable` says whether the server
    has a key for it.
    """

    default: str
    default_usable: bool
    providers: list[ModelProvider]
    aliases: list[ModelAlias] = Field(default_factory=list)
