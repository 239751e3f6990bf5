#!/usr/bin/env python3
"""Fails when a bill of materials lacks something that the project asks for directly, or names no version of it."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def crates() -> set[str]:
    """What the binary's crates ask for, without what only tests and builds need."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--no-deps"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    packages = {package["name"]: package for package in metadata["packages"]}
    wanted, todo = set(), ["nen"]
    while todo:
        for dependency in packages[todo.pop()]["dependencies"]:
            name = dependency["name"]
            if dependency["kind"] is None and not dependency["optional"] and name not in wanted:
                wanted.add(name)
                if name in packages:
                    todo.append(name)
    return wanted


def node_packages() -> set[str]:
    # All of them are there for the build, which takes what it needs into the pages.
    return set(json.loads((ROOT / "web/package.json").read_text())["devDependencies"])


def python_packages() -> set[str]:
    text = (ROOT / "deploy/workflow/requirements.txt").read_text()
    return set(re.findall(r"^([a-z0-9_.-]+)==", text, re.MULTILINE))


def main(folder: Path) -> int:
    failed = False
    for name, wanted in [
        ("nen.cdx.json", crates()),
        ("web.cdx.json", node_packages()),
        ("workflow-python.cdx.json", python_packages()),
    ]:
        bill = json.loads((folder / name).read_text())
        components = bill.get("components", [])
        named = {
            "/".join(filter(None, [component.get("group"), component["name"]]))
            for component in components
            if component.get("version")
        }
        lacks = sorted(wanted - named)
        right = bill["bomFormat"] == "CycloneDX" and wanted and not lacks
        print(f"{name}: {len(components)} components, {len(wanted)} of them asked for directly")
        if not right:
            failed = True
            print(f"{name}: lacks {', '.join(lacks) or 'everything'}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
