"""What holds for every page without running it: links, the table of contents, commands, operations, syntax."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from answers import parse
from blocks import DOCS, ROOT, blocks, pages, prose

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# Not the package, `python -m nen`, and no folder.
COMMAND = re.compile(r"(?:^|(?<!-m)[ \t;|(]|target/release/)nen (?:--json )?((?:[a-z-]+ ?)+)", re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
ALL = pytest.mark.parametrize("page", pages(), ids=lambda p: str(p.relative_to(ROOT)))


def slug(heading: str) -> str:
    """The anchor that mdBook gives a heading."""
    text = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).strip().lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text))


def anchors(page: Path) -> set[str]:
    found, seen = set(), {}
    for heading in re.findall(r"^#+ +(.+?)\s*$", prose(page), re.MULTILINE):
        name = slug(heading)
        count = seen.get(name, 0)
        seen[name] = count + 1
        found.add(f"{name}-{count}" if count else name)
    return found


@ALL
def test_no_link_is_dead(page):
    dead = []
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", prose(page))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            dead.append(f"{target}: no such file")
        elif anchor and anchor not in anchors(file):
            dead.append(f"{target}: no such heading")
    assert not dead


def test_every_page_is_in_the_table_of_contents_once():
    listed = LINK.findall((DOCS / "SUMMARY.md").read_text())
    assert sorted(listed) == sorted(str(page.relative_to(DOCS)) for page in pages())


def commands() -> dict[str, str]:
    """Every `nen …` that a page shows, without its arguments, and where."""
    found = {}
    for page in pages():
        texts = [(block.place, block.text) for block in blocks(page) if block.language == "sh"]
        texts += [(str(page.relative_to(ROOT)), span) for span in SPAN.findall(prose(page))]
        for place, text in texts:
            for line in COMMAND.findall(text):
                found.setdefault(" ".join(line.split()), place)
    return found


def test_every_command_exists():
    nen = str(ROOT / "target/release/nen")

    def subcommands(words: tuple[str, ...]) -> set[str]:
        done = subprocess.run([nen, *words, "--help"], capture_output=True, text=True, check=False)
        listed = done.stdout.partition("Commands:\n")[2].partition("\n\n")[0]
        names = set(re.findall(r"^  ([a-z-]+)", listed, re.MULTILINE)) - {"help"}
        return names | {name for more in re.findall(r"\[alias(?:es)?: ([^\]]+)\]", listed) for name in more.split(", ")}

    known, wrong = {}, []
    for shown, place in commands().items():
        path = ()
        for word in shown.split():
            names = known.setdefault(path, subcommands(path))
            if not names:
                break
            if word not in names:
                wrong.append(f"{place}: nen {shown}: no command {word!r}")
                break
            path += (word,)
    assert not wrong


def test_every_operation_is_shown():
    described = json.loads((DOCS / "openapi.json").read_text())["paths"]
    wanted = {
        f"{method.upper()} {path}"
        for path, methods in described.items()
        for method in methods
        if method in ("get", "put", "post", "delete", "patch")
    }
    shown = {span.partition("?")[0] for page in pages() for span in SPAN.findall(prose(page))}
    assert not sorted(wanted - shown)


def complaint(language: str, text: str, folder: Path) -> str:
    """What a language's own parser says against a block; nothing when it has none here."""
    if language == "json":
        try:
            parse(text)
        except json.JSONDecodeError as error:
            return str(error)
        return ""
    checks = {
        "python": ("block.py", [sys.executable, "-m", "py_compile"]),
        "js": ("block.mjs", [shutil.which("node") or str(ROOT / ".tools/node/bin/node"), "--check"]),
        "sh": ("block.sh", ["bash", "-n"]),
        "go": ("block.go", ["gofmt", "-e", "-l"]),
    }
    if language not in checks:
        return ""
    name, command = checks[language]
    if language == "go" and not shutil.which("gofmt"):
        return ""
    (folder / name).write_text(text)
    done = subprocess.run([*command, str(folder / name)], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


@ALL
def test_every_block_can_be_parsed(page, tmp_path):
    wrong = [f"{b.place}: {said}" for b in blocks(page) if (said := complaint(b.language, b.text, tmp_path))]
    assert not wrong


@ALL
def test_an_answer_follows_what_was_run(page):
    found = blocks(page)
    assert not [b.place for a, b in zip([None, *found], found) if "answer" in b.marks and not (a and "run" in a.marks)]
