"""Compares the invoices of a vendor with its portal."""

import csv
from enum import Enum

from nen import Agent, Computer
from pydantic import BaseModel, Field


class Currency(str, Enum):
    euro = "EUR"
    yen = "JPY"


class Address(BaseModel):
    street: str
    city: str = "Hamburg"


class Params(BaseModel):
    vendor: str = Field(min_length=1, description="As it is written on its invoices.")
    most: int = Field(ge=1, le=50)
    tolerance: float = 0.01
    dry_run: bool = True
    currency: Currency = Currency.euro
    invoices: list[str] = Field(min_length=1)
    receipts: Address


class Result(BaseModel):
    vendor: str
    currency: str
    checked: list[str]
    open: int


def run(params: Params) -> Result:
    print(f"looking for {len(params.invoices)} invoices of {params.vendor}")
    agent, computer = Agent(), Computer()
    agent.execute("Open the menu of the desktop")
    computer.move(320, 240)
    computer.click_at(640, 300)
    found = agent.extract("how many invoices are open", {"type": "integer"})
    with open("report.csv", "w", newline="") as file:
        csv.writer(file).writerows([name, params.receipts.city] for name in params.invoices)
    print("done with all of them")
    return Result(vendor=params.vendor, currency=params.currency.value, checked=params.invoices, open=found)
