"""Runs the documentation: every code block that claims to run is run against a real server, page by page.

A block claims it by the word `run` behind its language:

    ```sh run            in the page's one shell, so that later blocks find its variables and functions
    ```python run        a program of its own, with the shell's exported variables; so are ```js run and ```go run
    ```sh run fails      a command in it ends with another code than 0, and that is the point
    ```python run yes    a person is asked and answers y
    ```python file=NAME  not run, but saved under this name for the blocks that follow

A block marked `answer` directly behind one shows what it wrote to standard output:

    ```json answer       compared as JSON; `…` stands for a value, for the rest of a text, a list or an object
    ```text answer       compared letter by letter, but for space at the ends; `…` stands for any characters

The shell has NEN and KEY (and NEN_API_URL and NEN_API_KEY, the same for the command line and the SDKs), PORTAL (a web
site that desktops reach), and addresses and keys of a model server that plays all providers. A command that fails, or an
`{"error": …}` that no page shows, fails the block.
"""

import json
import re
import shutil
from pathlib import Path

import pytest
from answers import differences, parse, text_fits
from blocks import DOCS, ROOT, Block, blocks, pages
from conftest import Site
from page_shell import PageShell


def runs(block: Block) -> bool:
    return "run" in block.marks


def saved_as(block: Block) -> str | None:
    """The name of the file that a block is."""
    return next((mark.removeprefix("file=") for mark in block.marks if mark.startswith("file=")), None)


class Stopped(Exception):
    """A block failed: a reader would not go on either."""


def problems(block: Block, answer: Block | None, shell: PageShell) -> list[str]:
    """Runs one block and says what is not as the page has it."""
    out, complaints, failed = shell.run(block.language, block.text, "y" if "yes" in block.marks else "")
    if bool(failed) != ("fails" in block.marks):
        what = f"failed at: {failed}" if failed else "did not fail"
        raise Stopped(f"{block.place} {what}\n--- output\n{out}--- errors\n{complaints}")
    if answer is None:
        return [f"{block.place} was answered with an error:\n{out}"] if '"error":' in out else []
    if answer.language == "json":
        try:
            [shown] = parse(answer.text)
            wrong = differences(shown, json.loads(out))
        except json.JSONDecodeError as error:
            wrong = [f"no JSON: {error}"]
    else:
        wrong = [] if text_fits(answer.text.strip(), out.strip()) else ["another text"]
    return [f"{answer.place} shows something else: " + "; ".join(wrong) + f"\n--- came\n{out}"] if wrong else []


def needs_sdk(page: Path, folder: Path) -> None:
    """Puts the SDK that a page is about where its programs find it."""
    if page == DOCS / "sdks/javascript.md":
        package = ROOT / "sdks/javascript"
        if not (package / "dist").is_dir():
            pytest.skip("NOT TESTED: sdks/javascript is not built")
        (folder / "node_modules").mkdir()
        (folder / "node_modules/nen-client").symlink_to(package)
    elif page == DOCS / "sdks/go.md":
        if not shutil.which("go"):
            pytest.skip("NOT TESTED: there is no Go here")
        module = "github.com/nen-open/nen/sdks/go"
        version = re.search(r"^go .*$", (ROOT / "sdks/go/go.mod").read_text(), re.MULTILINE)[0]
        lines = ["module page", version, f"require {module} v0.0.0", f"replace {module} => {ROOT / 'sdks/go'}"]
        (folder / "go.mod").write_text("\n".join(lines))


@pytest.mark.parametrize(
    "page", [page for page in pages() if any(map(runs, blocks(page)))], ids=lambda p: str(p.relative_to(ROOT))
)
def test_what_a_page_runs_does_what_it_shows(page, site: Site, tmp_path):
    needs_sdk(page, tmp_path)
    all_blocks = blocks(page)
    shell = PageShell(tmp_path, site.environment(tmp_path))
    wrong = []
    try:
        for at, block in enumerate(all_blocks):
            if name := saved_as(block):
                (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name).write_text(block.text)
            if not runs(block):
                continue
            behind = all_blocks[at + 1] if at + 1 < len(all_blocks) else None
            wrong += problems(block, behind if behind and "answer" in behind.marks else None, shell)
    except Stopped as stopped:
        wrong.append(str(stopped))
    finally:
        shell.end()
        with site.client() as client:
            for desktop in client.get("/desktops").json():
                client.delete(f"/desktops/{desktop['desktop_id']}")
    assert not wrong, "\n\n".join(wrong)
