#!/usr/bin/env python3
"""A preprocessor of mdBook: files of the repository as pages of the book, with links that lead somewhere in both.

A page that holds nothing but `{{#include FILE}}` is that file. Links in it are as they are in the repository, so they are
turned into links from the page; a link elsewhere to a file that is a page becomes a link to the page. What is in the
repository and in no page keeps its words and loses its link.
"""

import json
import os
import re
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
INCLUDE = re.compile(r"\{\{#include (\S+)\}\}\s*\Z")
FENCED = re.compile(r"(^```.*?^```[^\n]*$|`[^`\n]*`)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?P<image>!?)\[(?P<words>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s]+)\)")


def chapters(items):
    """Every chapter, also below others."""
    for item in items:
        if isinstance(item, dict) and (chapter := item.get("Chapter")):
            yield chapter
            yield from chapters(chapter["sub_items"])


def rewritten(text, source, page, pages):
    """The text of a file with its links as a page of the book has them."""

    def link(found):
        name, mark, anchor = found["target"].partition("#")
        if not name or re.match(r"[a-z]+:", name):
            return found[0]
        file = (source.parent / name).resolve()
        there = pages.get(file, file if DOCS in file.parents else None)
        if there is None:
            return found["words"]
        to = os.path.relpath(there, page.parent)
        return f"{found['image']}[{found['words']}]({to}{mark}{anchor})"

    parts = FENCED.split(text)
    return "".join(part if at % 2 else LINK.sub(link, part) for at, part in enumerate(parts))


def main():
    if sys.argv[1:2] == ["supports"]:
        return
    _, book = json.load(sys.stdin)
    found = [chapter for chapter in chapters(book.get("items") or book["sections"]) if chapter.get("path")]
    sources = {}
    for chapter in found:
        page = DOCS / chapter["path"]
        include = INCLUDE.match(chapter["content"])
        sources[page] = (page.parent / include[1]).resolve() if include else page
    pages = {source: page for page, source in sources.items()}
    for chapter in found:
        page = DOCS / chapter["path"]
        source = sources[page]
        text = chapter["content"] if source == page else source.read_text()
        chapter["content"] = rewritten(text, source, page, pages)
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    main()
