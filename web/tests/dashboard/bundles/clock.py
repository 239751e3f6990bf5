"""Goes on for a long time, and does nothing."""

from nen import Computer
from pydantic import BaseModel, Field


class Params(BaseModel):
    seconds: int = Field(default=300, ge=1)


class Result(BaseModel):
    ticks: int


def run(params: Params) -> Result:
    computer = Computer()
    for tick in range(params.seconds):
        print(f"tick {tick + 1}")
        computer.wait(1)
    return Result(ticks=params.seconds)
