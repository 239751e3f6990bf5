"""What a measurement found: tables, promises with their bounds, and how both are printed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field


@dataclass
class Promise:
    """A bound and what was found. ``met`` is None when it could not be measured; ``value`` then says why."""

    what: str
    bound: str
    value: str
    met: bool | None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "NOT met", None: "not measured"}[self.met]


def at_most(what: str, value: float, bound: float, unit: str) -> Promise:
    """A promise that a figure does not exceed its bound."""
    return Promise(what, f"≤ {bound:g} {unit}", f"{_figure(value)} {unit}", value <= bound)


def at_least(what: str, value: float, bound: float, unit: str) -> Promise:
    """A promise that a figure reaches its bound."""
    return Promise(what, f"≥ {bound:g}{unit}", f"{value:.0f}{unit}", value >= bound)


def times_faster(what: str, factor: float, bound: float) -> Promise:
    """A promise that a peer takes at least so many times as long."""
    return Promise(what, f"≥ {bound:g}×", f"{factor:.1f}×" if factor < 10 else f"{factor:.0f}×", factor >= bound)


def not_measured(what: str, bound: str, why: str) -> Promise:
    """A promise that nothing can be said about in this run."""
    return Promise(what, bound, why, None)


def _figure(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


@dataclass
class Topic:
    """One subject of the benchmark."""

    title: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, *cells: object) -> None:
        if len(cells) != len(self.columns):
            raise ValueError(f"{self.title}: {len(cells)} cells for {len(self.columns)} columns")
        self.rows.append([str(cell) for cell in cells])


PROMISE_COLUMNS = ["promise", "bound", "value", ""]


def promise_rows(promises: list[Promise]) -> list[list[str]]:
    return [[promise.what, promise.bound, promise.value, promise.verdict] for promise in promises]


def for_terminal(topic: Topic) -> str:
    """The topic as aligned text."""
    parts = [f"== {topic.title}"]
    if topic.rows:
        parts.append(_aligned(topic.columns, topic.rows))
    if topic.promises:
        parts.append(_aligned(PROMISE_COLUMNS, promise_rows(topic.promises)))
    parts += [f"   {note}" for note in topic.notes]
    return "\n".join(parts) + "\n"


def for_markdown(topic: Topic) -> str:
    """The topic as a section of a Markdown page."""
    parts = [f"## {topic.title}"]
    if topic.rows:
        parts.append(markdown_table(topic.columns, topic.rows))
    if topic.promises:
        parts.append(markdown_table(PROMISE_COLUMNS, promise_rows(topic.promises)))
    if topic.notes:
        parts.append("\n".join(f"- {note}" for note in topic.notes))
    return "\n\n".join(parts) + "\n"


def markdown_table(columns: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; the first column is text, the others align right."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [columns, rule, *rows])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _aligned(columns: list[str], rows: list[list[str]]) -> str:
    widths = [max(_width(cell) for cell in column) for column in zip(columns, *rows, strict=True)]

    def line(cells: list[str]) -> str:
        padded = [
            cell + " " * (width - _width(cell)) if index == 0 else " " * (width - _width(cell)) + cell
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "   " + "  ".join(padded)

    return "\n".join([line(columns), line(["-" * width for width in widths]), *map(line, rows)])
