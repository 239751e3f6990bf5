"""The house that is called, and how many calls there were."""

from collections.abc import Iterator

import pytest
from calls import EXAMPLES, SEED
from house import House, house

CALLS = {"made": 0}


def pytest_report_header() -> str:
    """How to have the same calls again."""
    return f"NEN_INPUT_SEED={SEED} NEN_INPUT_EXAMPLES={EXAMPLES}"


@pytest.fixture(scope="session", name="house")
def furnished() -> Iterator[House]:
    """One house for all operations."""
    with house() as it:
        yield it


@pytest.fixture(autouse=True)
def order(house: House) -> Iterator[None]:
    """Puts the house in order after an operation was called many times."""
    yield
    CALLS["made"] = house.calls
    house.tidy()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how much was tried."""
    terminalreporter.write_line(f"{CALLS['made']} calls")
