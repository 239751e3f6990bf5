"""The fenced code blocks of the documentation, with the words behind their language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>```+)(?P<info>[^`]*)$")


@dataclass(frozen=True)
class Block:
    """One block: where it stands, what it is and what it says."""

    page: Path
    line: int
    language: str
    marks: tuple[str, ...]
    text: str

    @property
    def place(self) -> str:
        """As an editor opens it: file and line of the opening fence."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page that stands in docs/, but what the build makes."""
    found = [page for page in DOCS.rglob("*.md") if DOCS / "book" not in page.parents]
    return sorted(page for page in found if page.name != "SUMMARY.md")


def blocks(page: Path) -> list[Block]:
    """The blocks of a page in their order."""
    found, opened, info, lines = [], None, "", []
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None:
            if fence:
                opened, info, lines = (number, fence["indent"], fence["ticks"]), fence["info"].strip(), []
        elif fence and fence["ticks"].startswith(opened[2]) and not fence["info"].strip():
            language, *marks = info.split() or [""]
            found.append(Block(page, opened[0], language, tuple(marks), "\n".join(lines) + "\n"))
            opened = None
        else:
            lines.append(line.removeprefix(opened[1]))
    assert opened is None, f"{page}:{opened and opened[0]}: the block has no end"
    return found


def prose(page: Path) -> str:
    """A page without its blocks: what links and headings stand in."""
    kept, ticks = [], ""
    for line in page.read_text().splitlines():
        fence = FENCE.match(line)
        if fence and not ticks:
            ticks = fence["ticks"]
        elif fence and ticks and fence["ticks"].startswith(ticks) and not fence["info"].strip():
            ticks = ""
        elif not ticks:
            kept.append(line)
    return "\n".join(kept)
