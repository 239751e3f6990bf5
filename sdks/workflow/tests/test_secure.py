"""Secure values: what they let out, and what they refuse."""

from __future__ import annotations

import copy
import pickle

import pytest
from pydantic import BaseModel, Field

from nen import Secure, SecureValue

SECRET = SecureValue("password")


class SecureParams(BaseModel):
    password: Secure[str] = Field(min_length=8)
    pin: Secure[str]


def test_every_way_to_show_it_shows_the_reference():
    shown = "SecureValue('password')"
    ways = [str(SECRET), repr(SECRET), f"{SECRET}", format(SECRET), "%s" % SECRET]  # noqa: UP031
    assert ways == [shown] * 5
    assert f"{SECRET:>30}" == shown.rjust(30)


USES = [
    lambda s: s + "x",
    lambda s: "x" + s,
    lambda s: s * 2,
    lambda s: s % 1,
    lambda s: s[0],
    lambda s: len(s),
    lambda s: list(s),
    lambda s: "x" in s,
    lambda s: bytes(s),
    lambda s: s < "x",
    lambda s: int(s),
]


@pytest.mark.parametrize("use", USES)
def test_what_needs_the_value_is_refused_with_the_reason(use):
    with pytest.raises(TypeError, match="its value is not in this process"):
        use(SECRET)


@pytest.mark.parametrize("name", ["encode", "upper", "strip", "split", "format"])
def test_methods_of_text_are_refused_with_the_reason(name):
    with pytest.raises(AttributeError, match=f"no {name}: .* its value is not in this process"):
        getattr(SECRET, name)


def test_an_attribute_nobody_expects_is_an_ordinary_error():
    with pytest.raises(AttributeError, match="has no attribute 'colour'"):
        _ = SECRET.colour


def test_references_are_equal_by_field_and_survive_copies():
    assert SECRET == SecureValue("password") != SecureValue("pin")
    assert SECRET != "password"
    assert {SECRET: 1}[SecureValue("password")] == 1
    assert copy.deepcopy(SECRET) == pickle.loads(pickle.dumps(SECRET)) == SECRET
    assert bool(SECRET)


def test_a_model_of_references_can_be_made_whatever_constraints_its_fields_have():
    made = Secure.references(SecureParams)
    assert (made.password, made.pin) == (SecureValue("password"), SecureValue("pin"))
    assert "SecureValue('password')" in repr(made)


def test_a_secret_put_into_the_model_is_refused_without_showing_it():
    with pytest.raises(TypeError, match="a Secure field holds a SecureValue, not str") as caught:
        SecureParams(password="hunter22", pin=SecureValue("pin"))
    assert "hunter22" not in str(caught.value)


def test_a_reference_is_not_written_as_json():
    with pytest.raises(ValueError, match="is a reference to a secret"):
        Secure.references(SecureParams).model_dump_json()


def test_the_annotation_is_no_value():
    with pytest.raises(TypeError, match="is an annotation"):
        Secure()
