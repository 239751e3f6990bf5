"""Lines and events out of bytes that were cut anywhere."""

from __future__ import annotations

import pytest

from nen_client._lines import EventReader, LineReader, ServerSentEvent

STREAM = (
    '\ufeff: hello\n\nid: 7\nevent: desktop.paused\ndata: {"a":\ndata:  1}\n\n'
    "data\r\n\r\nid: 8\rdata: ü 🙂\r\rretry: 5\nevent: nothing\n\ndata: without id\n\n"
    "data: never ended"
).encode()
EVENTS = [
    ServerSentEvent("desktop.paused", '{"a":\n 1}', "7"),
    ServerSentEvent("message", "", "7"),
    ServerSentEvent("message", "ü 🙂", "8"),
    ServerSentEvent("message", "without id", "8"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11, len(STREAM)])
def test_events_are_the_same_however_they_are_cut(size: int) -> None:
    reader = EventReader()
    events = []
    for start in range(0, len(STREAM), size):
        events += reader.feed(STREAM[start : start + size])
    assert events == EVENTS


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_lines_are_the_same_however_they_are_cut(size: int) -> None:
    text = "a\nü\r\n\rb\n\nlast".encode()
    reader = LineReader()
    lines = []
    for start in range(0, len(text), size):
        lines += reader.feed(text[start : start + size])
    assert lines + reader.end() == ["a", "ü", "", "b", "", "last"]
    assert reader.end() == []
