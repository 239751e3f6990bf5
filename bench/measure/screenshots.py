"""Who takes screenshots and how their times are shown, the same in every topic."""

from __future__ import annotations

from collections.abc import Iterator

from desktop import SMALL, Screen, WrongAnswer
from paired import Contender
from stage import Stage
from table import Topic, at_most, not_measured, times_faster
from timing import Times, ms, ratio

COLUMNS = ["ms", "screen", "calls", "Nen p50", "p95", "p99", "first", "cua p50", "× Nen", "scrot p50", "× Nen"]


def add_row(topic: Topic, what: str, screen: Screen, times: dict[str, Times]) -> None:
    ours = times["nen"]
    cells = [what, screen, len(ours), ms(ours.p50), ms(ours.p95), ms(ours.p99), ms(ours.first_p50)]
    for name in ("cua", "scrot"):
        peer = times.get(name)
        cells += [ms(peer.p50), ratio(peer.p50, ours.p50)] if peer else ["–", "–"]
    topic.row(*cells)


def promise(
    topic: Topic,
    what: str,
    screen: Screen,
    times: dict[str, Times],
    most: float,
    cua: float | None = None,
    scrot: float | None = None,
) -> None:
    """The bounds of a row; they are promised for the usual screen, the larger one is shown beside it."""
    if screen != SMALL:
        return
    ours = times["nen"].p50
    topic.promises.append(at_most(f"{what}, p50", ours, most, "ms"))
    for name, label, bound in (("cua", "cua-computer-server", cua), ("scrot", "scrot", scrot)):
        if bound is None:
            continue
        text = f"{what}: faster than {label}"
        if name in times:
            topic.promises.append(times_faster(text, times[name].p50 / ours, bound))
        else:
            topic.promises.append(not_measured(text, f"≥ {bound:g}×", "run without peers"))


def contenders(stage: Stage, messages: Iterator[bytes], min_area: int = 0) -> dict[str, Contender]:
    """Screenshots, each after one more change that is made, painted and not timed."""
    desktop, peers = stage.desktop, stage.peers

    def nen() -> float:
        before = desktop.screenshot()
        stage.paint(next(messages), min_area)
        reply = desktop.screenshot()
        if reply.header(b"etag") == before.header(b"etag"):
            raise WrongAnswer("the change is not in the picture")
        return reply.ms

    if not peers:
        return {"nen": nen}

    def cua() -> float:
        stage.paint(next(messages), min_area)
        return peers.cua_screenshot()

    def scrot() -> float:
        stage.paint(next(messages), min_area)
        return peers.scrot()

    return {"nen": nen, "cua": cua, "scrot": scrot}
