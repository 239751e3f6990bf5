"""Gives back what it was given."""

from pydantic import BaseModel


class Params(BaseModel):
    text: str


class Result(BaseModel):
    text: str


def run(params: Params) -> Result:
    if not params.text:
        raise ValueError("there is nothing to give back")
    return Result(text=params.text)
