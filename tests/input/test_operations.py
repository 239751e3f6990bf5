"""Whatever an operation of the API is called with, it answers as its document says, and never with a fault of its own."""

from calls import actions, aim, operations, settle
from house import House

api = operations()
hands = actions()
# Seconds to read of what does not end by itself.
LISTEN = 0.1


@api.parametrize()
def test_answers_as_documented(case, house: House) -> None:
    """Status, type, headers and body are the documented ones; what does not fit is refused."""
    aim(case, house)
    settle(case)
    streams = "text/event-stream" in case.operation.definition.raw["responses"].get("200", {}).get("content", {})
    ask(case, house, LISTEN if streams else 30)


@hands.parametrize()
def test_actions_answer_as_documented(case, house: House) -> None:
    """The same for `execute` alone, called with what the tools' own schemas allow and what they do not."""
    case.path_parameters["id"] = house.desktop
    settle(case)
    ask(case, house, 30)


def ask(case, house: House, seconds: float) -> None:
    """Makes the call, and checks the answer against the document."""
    house.calls += 1
    headers = {"Authorization": f"Bearer {house.key}", "Accept": "application/json, text/event-stream, */*"}
    case.call_and_validate(base_url=house.url, headers=headers, timeout=seconds)


def test_nothing_was_the_servers_fault(house: House) -> None:
    """The log of all these calls tells of no panic and of no error of the server's own."""
    assert house.said_internal() == []
