"""What all answers have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """An answer. Fields that a newer server sends are kept: they are attributes, too."""

    model_config = ConfigDict(extra="allow", protected_namespaces=())


class CamelModel(Model):
    """An answer whose names on the wire are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
