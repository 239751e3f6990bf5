"""Measures several contenders in turn, so that the machine's noise falls on all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from timing import Times

Contender = Callable[[], float]

IN_A_ROW = 5
"""Calls of a contender in one turn. The first finds everything asleep and every cache full of what its rivals did; it is
shown apart, because an agent that acts once a second finds it like that, too."""


def paired(calls: int, contenders: Mapping[str, Contender], warm_up: int = 1) -> dict[str, Times]:
    """Each contender some calls in a row, then the next, beginning with another one each round. A contender answers its
    milliseconds."""
    times = {name: Times() for name in contenders}
    names = list(contenders)
    for number in range(-warm_up, turns(calls)):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            for call in range(IN_A_ROW):
                took = contenders[name]()
                if number >= 0:
                    times[name].add(took, first=call == 0)
    return times


def turns(calls: int) -> int:
    """So many turns make at least so many calls."""
    return -(-calls // IN_A_ROW)
