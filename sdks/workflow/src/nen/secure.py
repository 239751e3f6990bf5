"""Secure values: secrets that a workflow can use but never see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

T = TypeVar("T")
Model = TypeVar("Model", bound="BaseModel")


class SecureValue:
    """A reference to a secret by the name of its field; the secret itself is not in this process.

    `Computer.type` takes it and has the real value typed. Anything that would need the value is refused;
    `str()`, `repr()` and f-strings show the reference, as in `SecureValue('password')`.
    """

    __slots__ = ("_field",)

    def __init__(self, field: str) -> None:
        if not isinstance(field, str):
            raise TypeError(f"field must be the name of a secure field, not {type(field).__name__}")
        if not field:
            raise ValueError("field is empty: name a secure field")
        self._field = field

    @property
    def field(self) -> str:
        """Name of the field it stands for."""
        return self._field

    def __repr__(self) -> str:
        return f"SecureValue({self._field!r})"

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __eq__(self, other: object) -> bool:
        return self._field == other._field if isinstance(other, SecureValue) else NotImplemented

    def __hash__(self) -> int:
        return hash((SecureValue, self._field))

    def __bool__(self) -> bool:
        return True

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(self._why())

    __add__ = __radd__ = __mul__ = __rmul__ = __mod__ = _refuse
    __len__ = __iter__ = __getitem__ = __contains__ = __bytes__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __int__ = __float__ = _refuse

    def __getattr__(self, name: str) -> NoReturn:
        # Only asked for what is not there, such as the methods that a str would have.
        if hasattr(str, name):
            raise AttributeError(f"no {name}: {self._why()}")
        raise AttributeError(f"SecureValue has no attribute {name!r}")

    def _why(self) -> str:
        return (
            f"{self!r} is a reference, its value is not in this process: "
            "give it as it is to computer.type()"
        )


class Secure(SecureValue, Generic[T]):
    """Marks a field of a `SecureParams` model as a secret: `password: Secure[str]`.

    Only an annotation: what a workflow finds in the field is a `SecureValue`. Constraints count for the
    secret, as in `password: Secure[str] = Field(min_length=8)`. Defaults are not allowed.
    """

    __slots__ = ()

    def __init__(self) -> None:
        raise TypeError(
            "Secure[str] is an annotation; a reference is made by SecureValue('<field>')"
        )

    @classmethod
    def references(cls, model: type[Model]) -> Model:
        """An instance of a `SecureParams` model whose every field is a reference.

        For a file that calls its own `run`; there the value of `password` comes from the environment
        variable `NEN_SECURE_PASSWORD`.
        """
        references: dict[str, Any] = {name: SecureValue(name) for name in model.model_fields}
        return model.model_construct(**references)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        def accept(value: object) -> SecureValue:
            # Not a ValueError: pydantic would put the value, which may be the secret, into its message.
            if not isinstance(value, SecureValue):
                raise TypeError(
                    f"a Secure field holds a SecureValue, not {type(value).__name__}: "
                    "build the whole model with Secure.references(SecureParams)"
                )
            return value

        def refuse(value: object) -> NoReturn:
            raise ValueError(f"{value!r} is a reference to a secret and cannot be written as JSON")

        return core_schema.no_info_plain_validator_function(
            accept,
            serialization=core_schema.plain_serializer_function_ser_schema(
                refuse, when_used="json"
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "format": "password", "writeOnly": True}
