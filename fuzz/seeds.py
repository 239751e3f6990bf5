#!/usr/bin/env python3
"""Writes what the fuzz targets begin with into fuzz/corpus: the wire examples of tests/vectors, and what stands here."""

import json
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
VECTORS = HERE.parent / "tests/vectors"

KEYS = ["Return", "ctrl+shift+t", "ctrl++", "Page_Down", "super", "é", "F12 F12", "Down Down Return", "alt+F4", "XF86Back", "Greek_psi", "dead_I"]
NAMES = [
    "invoice.pdf",
    "..",
    "a/../b",
    "~/Downloads/list.csv",
    "/drive/x",
    "**/*.csv",
    "Über uns.txt",
    "a\\b",
    "%2e%2e",
    "~root/x",
]
WEBHOOKS = [
    *("example.com", "https://example.com/hook?a=1", "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1"),
    *(
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
        "fe80::1",
        "localhost.",
        "a.localhost",
        "１２７.0.0.1",
    ),
    *(
        "user:pass@example.com",
        "example.com:0",
        "169.254.169.254",
        "0",
        "[::]",
        "127.0.0.1.nip.io",
        "%31%32%37.1",
        "1.0x100",
        "71..",
    ),
]
HANDSHAKE = b"RFB 003.008\n\x01\x01"
RFB = [
    b"\x00\0\0\0" + bytes(16),
    b"\x02\0\0\x02" + bytes([0, 0, 0, 7, 0xFF, 0xFF, 0xFE, 0xC4]) + b"\x05\x81\0\x0a\0\x14\x01",
    b"\x03\x01\0\0\0\0\x05\0\x03\x20",
    b"\x04\x01\0\0\0\0\0\x61",
    b"\x05\x01\0\x0a\0\x14",
    b"\x06\0\0\0\0\0\0\x05\x04hel\x05",
    b"\x06\0\0\0\xff\xff\xff\xf8\x10\0\0\x01\x04\x05\x06\x07",
    b"\xf8\0\0\0\x80\0\0\x03\x04ping",
    b"\xfa\0\x01\x02",
    b"\xff\0\0\x01\0\0\0\x61\0\0\0\x1e",
    b"\xff\x01\0\x02\x01\x02\0\0\0\x01",
]
CLICK = {"action": "left_click", "coordinate": [500, 300], "text": "ctrl"}
# In the order of the dialects: anthropic, anthropic-toolset, openai, openai-functions, gemini, mcp.
CALLS = [
    {"type": "tool_use", "id": "a", "name": "computer", "input": CLICK},
    {"type": "tool_use", "id": "a", "name": "left_click", "input": {"coordinate": [5, 3]}, "toolset_name": "computer"},
    {
        "type": "computer_call",
        "call_id": "a",
        "actions": [{"type": "click", "button": "left", "x": 5, "y": 3}, {"type": "keypress", "keys": ["CTRL", "a"]}],
        "pending_safety_checks": [{"id": "s", "code": "c", "message": "m"}],
    },
    {"id": "a", "type": "function", "function": {"name": "computer", "arguments": json.dumps(CLICK)}},
    {"functionCall": {"name": "click_at", "args": {"x": 500, "y": 300}}},
    {"name": "computer", "arguments": CLICK},
]
ANSWERS = [
    {
        "content": [{"type": "text", "text": "Done."}, {"type": "tool_use", "id": "a", "name": "computer", "input": CLICK}],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 9, "cache_read_input_tokens": 2, "output_tokens": 4},
    },
    {
        "choices": [{"message": {"content": "Done.", "tool_calls": [CALLS[3]]}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 2}},
    },
    {
        "candidates": [{"content": {"parts": [{"text": "Done."}, CALLS[4]]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 4},
    },
    {
        "status": "completed",
        "output": [
            {"type": "function_call", "call_id": "a", "name": "computer", "arguments": json.dumps(CLICK)},
            {"type": "message", "content": [{"type": "output_text", "text": "Done."}]},
        ],
        "usage": {"input_tokens": 9, "output_tokens": 4},
    },
]


def keep(target: str, seed: bytes) -> None:
    """A seed under a name of its own."""
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed-{sha256(seed).hexdigest()[:16]}").write_bytes(seed)


def bodies(value: object):
    """Every JSON body of a request in the wire examples."""
    if isinstance(value, dict):
        if isinstance(request := value.get("request"), dict) and "json" in request:
            yield json.dumps(request["json"]).encode()
        for inner in value.values():
            yield from bodies(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from bodies(inner)


for file in VECTORS.glob("*.json"):
    for body in bodies(json.loads(file.read_text())):
        keep("actions", body)
        keep("bodies", body)
for texts, target in ((KEYS, "keys"), (NAMES, "names"), (WEBHOOKS, "webhooks")):
    for text in texts:
        keep(target, text.encode())
for cut in (1, 7, 255):
    keep("rfb", bytes([cut]) + HANDSHAKE + b"".join(RFB[:9]))
    for message in RFB:
        keep("rfb", bytes([cut]) + HANDSHAKE + message)
for at, call in enumerate(CALLS):
    for variant in range(4):
        keep("dialects", bytes([at + len(CALLS) * variant, 2, 64]) + json.dumps([call]).encode())
for answer in ANSWERS:
    keep("answers", json.dumps(answer).encode())
keep("answers", b"Wed, 21 Oct 2026 07:28:00 GMT")
