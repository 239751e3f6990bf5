"""Lines and server-sent events out of bytes that come in pieces, cut anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field


class LineReader:
    """Cuts bytes into lines; ends may be of any kind."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that are complete by now, without their ends."""
        text = self._rest + data
        lines = text.splitlines(keepends=True)
        # A last line without end goes on; so may one with \r, whose \n is still to come.
        whole = not lines or lines[-1].endswith(b"\n")
        self._rest = b"" if whole else lines.pop()
        return [line.rstrip(b"\r\n").decode(errors="replace") for line in lines]

    def end(self) -> list[str]:
        """What is left when nothing more comes."""
        rest, self._rest = self._rest, b""
        return [rest.rstrip(b"\r").decode(errors="replace")] if rest else []


@dataclass(frozen=True)
class ServerSentEvent:
    """An event as it stands on the wire."""

    event: str
    data: str
    # The last id said so far, as the standard has it.
    id: str


@dataclass
class EventReader:
    """Server-sent events, as the HTML standard has them."""

    _lines: LineReader = field(default_factory=LineReader)
    _event: str = ""
    _data: list[str] = field(default_factory=list)
    _id: str = ""

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """The events that are complete by now."""
        events = [self._take(line) for line in self._lines.feed(data)]
        return [event for event in events if event is not None]

    def _take(self, line: str) -> ServerSentEvent | None:
        if not line:
            return self._dispatch()
        # A line that begins with a colon is a comment: its name is empty.
        name, _, value = line.removeprefix("\ufeff").partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> ServerSentEvent | None:
        event, data = self._event, self._data
        self._event, self._data = "", []
        if not data:
            return None
        return ServerSentEvent(event or "message", "\n".join(data), self._id)
