"""Every program of examples/ does the whole task on the portal, as it is printed there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, Model, Portal, Server

EXAMPLES = ROOT / "examples"
TASK = "Pay the open invoice and download its receipt."
# What each one needs, where `deploy/setup.sh --tests` puts it.
PYTHON = ROOT / ".tools/examples/bin/python"
CREWAI = ROOT / ".tools/crewai/bin/python"
TSX = ROOT / ".tools/vercel-ai-sdk/node_modules/.bin/tsx"

PROGRAMS = {
    "anthropic": [str(PYTHON), "agent.py"],
    "openai": [str(PYTHON), "agent.py"],
    "gemini": [str(PYTHON), "agent.py"],
    "langchain": [str(PYTHON), "agent.py"],
    "crewai": [str(CREWAI), "agent.py"],
    "vercel-ai-sdk": [str(TSX), "agent.ts"],
    "curl": ["bash", "agent.sh"],
    "go": ["go", "run", "."],
}


def folder_of(name: str, tmp_path: Path) -> Path:
    """The example where it can be run: Node.js looks for packages beside a program, and they are not in the repository."""
    folder = EXAMPLES / name
    if name != "vercel-ai-sdk":
        return folder
    copy = shutil.copytree(folder, tmp_path / name, ignore=shutil.ignore_patterns("node_modules"))
    (copy / "node_modules").symlink_to(TSX.parents[1])
    return copy


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_example_does_the_whole_task(
    name: str, server: Server, portal: Portal, model: Model, arrived, tmp_path: Path
) -> None:
    # Set-up brings Go along where there is none.
    program = shutil.which(PROGRAMS[name][0], path=f"{os.environ['PATH']}{os.pathsep}{ROOT / '.tools/go/bin'}")
    if program is None:
        pytest.skip(f"NOT TESTED: {PROGRAMS[name][0]} is not installed")
    environment = {**server.environment, **model.environment, "START_URL": portal.url_inside}
    if name == "vercel-ai-sdk":  # which wants the version in it
        environment["ANTHROPIC_BASE_URL"] += "/v1"
    # What frameworks would tell their makers stays here.
    environment |= {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "HOME": str(tmp_path)}
    environment |= {"GOCACHE": str(ROOT / "target/go-build"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [program, *PROGRAMS[name][1:], TASK],
        cwd=folder_of(name, tmp_path),
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    refused = [request["refused"] for request in model.requests() if request["refused"]]
    assert (done.returncode, refused) == (0, []), done.stdout + done.stderr
    assert "Invoice INV-2042 is paid" in done.stdout
    arrived()
    with server.client() as client:
        assert client.get("/desktops").json() == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_example_is_short_and_explained(name: str) -> None:
    folder = EXAMPLES / name
    (program,) = [path for path in folder.iterdir() if path.stem in ("agent", "main")]
    assert len(program.read_text().splitlines()) <= 60
    assert (folder / "README.md").exists()
    assert f"[{name}]({name}/)" in (EXAMPLES / "README.md").read_text()


def test_every_folder_is_tested() -> None:
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} == set(PROGRAMS)
