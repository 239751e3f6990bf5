"""The built site: every link in it leads somewhere, and it asks no other host for anything."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from blocks import DOCS, ROOT

# What a browser fetches by itself, as against what it follows when it is clicked.
FETCHED = {("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src")}


class Links(HTMLParser):
    """What a page fetches, links to and can be linked to."""

    def __init__(self, text: str):
        super().__init__()
        self.fetched, self.followed, self.ids = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if (tag, name) in FETCHED:
                self.fetched.add(value)
            elif (tag, name) == ("a", "href"):
                self.followed.add(value)
            elif name == "id":
                self.ids.add(value)


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory) -> Path:
    """The site, built as `make docs` builds it, elsewhere."""
    folder = tmp_path_factory.mktemp("book")
    mdbook = ROOT / ".tools/docs/bin/mdbook"
    done = subprocess.run([mdbook, "build", DOCS, "--dest-dir", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not re.search(r"\b(WARN|ERROR)\b", done.stderr + done.stdout), done.stderr + done.stdout
    return folder


def test_every_link_of_the_site_leads_somewhere(site_folder):
    pages = {page: Links(page.read_text()) for page in site_folder.rglob("*.html")}
    dead = []
    for page, links in pages.items():
        for target in links.fetched | links.followed:
            name, _, anchor = unquote(target).partition("#")
            # The page of what is not found is served under any address, so its links begin at the root.
            if re.match(r"[a-z]+:", name) or page.name == "404.html":
                continue
            there = (page.parent / name).resolve() if name else page
            known = pages.get(there)
            if not there.is_file() or (anchor and known and anchor not in known.ids):
                dead.append(f"{page.relative_to(site_folder)}: {target}")
    assert not dead


def test_nothing_is_fetched_from_another_host(site_folder):
    for page in site_folder.rglob("*.html"):
        assert not [target for target in Links(page.read_text()).fetched if re.match(r"([a-z]+:)?//", target)], page
    for style in site_folder.rglob("*.css"):
        assert not re.findall(r"url\(['\"]?(?:https?:)?//|@import", style.read_text()), style
