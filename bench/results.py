"""The page of results."""

from __future__ import annotations

from effort import Effort
from table import PROMISE_COLUMNS, Promise, Topic, for_markdown, markdown_table, promise_rows


def _promises(topics: list[Topic]) -> list[Promise]:
    return [promise for topic in topics for promise in topic.promises]


def _count(topics: list[Topic]) -> str:
    verdicts = [promise.met for promise in _promises(topics)]
    return f"{verdicts.count(True)} bounds met, {verdicts.count(False)} not met, {verdicts.count(None)} not measured"


def summary(topics: list[Topic], failed: list[str]) -> str:
    """The last lines on the terminal."""
    return "\n".join([*(f"FAILED {line}" for line in failed), _count(topics)])


def page(about: list[list[str]], topics: list[Topic], failed: list[str], effort: Effort, minutes: float) -> str:
    """RESULTS.md."""
    parts = ["# Results", "Made by `bench/run`; what is measured and how is in [README.md](README.md)."]
    if effort.short:
        parts.append("**A short run: few rounds, to see that everything works. Its figures mean little.**")
    if failed:
        parts.append("**Parts failed:**\n\n" + "\n".join(f"- {line.splitlines()[0]}" for line in failed))
    parts.append(f"{_count(topics)}. The run took {minutes:.0f} minutes.")
    parts += ["## Promises", markdown_table(PROMISE_COLUMNS, promise_rows(_promises(topics)))]
    parts += [for_markdown(topic).rstrip() for topic in topics]
    parts += ["## Machine", markdown_table(["", ""], about)]
    return "\n\n".join(parts) + "\n"
