"""Compares what came with what a page shows. `…` stands for whatever differs from time to time."""

from __future__ import annotations

import json
import re

ANY = "\N{HORIZONTAL ELLIPSIS}"
# Inside a text `…` is part of it; anywhere else it stands for a value, for further members or for further elements.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|' + ANY + r"(\s*[}\]])?|[^\"" + ANY + "]+")
REST = "\N{HORIZONTAL ELLIPSIS} and more"


def parse(shown: str) -> list:
    """Reads JSON, one value after the other, in which `…` may stand for any value or for the rest of a list or object."""
    out, depth = [], []
    for match in TOKEN.finditer(shown):
        token = match[0]
        if token.startswith('"'):
            out.append(token)
            continue
        if token.startswith(ANY):
            before = "".join(out).rstrip()
            if depth and depth[-1] == "{" and before[-1:] in ",{":
                out.append(f'"{REST}": 0')
            elif depth and depth[-1] == "[" and before[-1:] in ",[" and match[1]:
                out.append(f'"{REST}"')
            else:
                out.append(f'"{ANY}"')
            token = token[1:]
        for letter in token:
            if letter in "{[":
                depth.append(letter)
            elif letter in "}]":
                depth.pop()
        out.append(token)
    text, values = "".join(out).strip(), []
    while text:
        value, end = json.JSONDecoder().raw_decode(text)
        values.append(value)
        text = text[end:].lstrip()
    return values


def text_fits(shown: str, came: str) -> bool:
    """Whether a text is the one shown, `…` standing for any characters."""
    return re.fullmatch(".*?".join(map(re.escape, shown.split(ANY))), came, re.DOTALL) is not None


def differences(shown, came, place: str = "") -> list[str]:
    """Where the JSON that came is not the one shown."""
    if shown == ANY:
        return []
    if isinstance(shown, str) and isinstance(came, str):
        return [] if text_fits(shown, came) else [f"{place or '/'}: {came!r} came, {shown!r} is shown"]
    if isinstance(shown, dict) and isinstance(came, dict):
        more = shown.keys() - {REST}
        wrong = [f"{place}/{name} is shown and did not come" for name in sorted(more - came.keys())]
        if REST not in shown:
            wrong += [f"{place}/{name} came and is not shown: {came[name]!r}" for name in sorted(came.keys() - more)]
        for name in sorted(more & came.keys()):
            wrong += differences(shown[name], came[name], f"{place}/{name}")
        return wrong
    if isinstance(shown, list) and isinstance(came, list):
        fixed = shown[:-1] if shown[-1:] == [REST] else shown
        if len(came) < len(fixed) or (len(came) > len(fixed) and fixed is shown):
            return [f"{place or '/'}: {len(came)} elements came, {len(fixed)} are shown"]
        return [one for at, (a, b) in enumerate(zip(fixed, came)) for one in differences(a, b, f"{place}/{at}")]
    if type(shown) is type(came) and shown == came:
        return []
    if isinstance(shown, (int, float)) and not isinstance(shown, bool) and shown == came and not isinstance(came, bool):
        return []
    return [f"{place or '/'}: {came!r} came, {shown!r} is shown"]
