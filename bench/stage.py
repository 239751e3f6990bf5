"""One desktop with everything the interactive measurements need: a page in full screen, the listener, the peers."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any, Self

from desktop import Desktop, Screen, WrongAnswer, call
from page_server import PageServer
from peers import Peers, Watcher
from png import pixels
from raw_http import Reply
from server import Server

# Between two frames of a browser lie 17 ms; after twice that without paint a repaint has ended.
QUIET_MS = 40
# Smaller damage is no repaint of a page: a caret, a clock.
PAGE_AREA = 20_000
BUBBLE_LIMIT_S = 30.0
STILL_S = 1.1


class Stage:
    """A desktop on which things are measured. Without peers there is no listener either."""

    def __init__(self, server: Server, pages: PageServer, screen: Screen, with_peers: bool) -> None:
        self.server = server
        self.screen = screen
        self._stack = ExitStack()
        try:
            self.desktop = self._stack.enter_context(
                Desktop.create(server, screen, tools=["computer", "bash", "windows"], name=f"bench {screen}")
            )
            self.watcher = self._inside(Watcher) if with_peers else None
            self.plain = self._plain()
            self.peers = self._inside(Peers) if with_peers else None
            self._open_browser(pages)
        except BaseException:
            self._stack.close()
            raise

    def _plain(self) -> tuple[bytes, bytes]:
        """The frame of a desktop without windows: right after it was painted, and once it has been still.

        What is painted is a launcher of the task bar, which the pointer lights up.
        """
        bar = [24, self.screen.height - 22]
        self.desktop.act(self.desktop.execute_request(call("mouse_move", coordinate=bar), screenshot="always"))
        self.paint(self.desktop.bare_request("mouse_move", coordinate=[300, 300]))
        return self.moving_and_still()

    def moving_and_still(self) -> tuple[bytes, bytes]:
        """The frame now, and the same once it has been still for a second, which is a state and not a wait."""
        moving = self.desktop.screenshot().body
        time.sleep(STILL_S)
        return moving, self.desktop.screenshot().body

    def _inside(self, kind: Any) -> Any:
        program = kind(self.desktop)
        self._stack.callback(program.close)
        return program

    def _open_browser(self, pages: PageServer) -> None:
        """Chromium in full screen, once its note about that has gone."""
        name = f"{self.screen.width}x{self.screen.height}"
        self.tab = pages.tab(name)
        address = pages.address("blank.html", name)
        self.desktop.act(self.desktop.execute_request(call("open", "windows", url=address), screenshot="never"))
        self.tab.wait_for(lambda report: report.get("shown") == "blank.html", 60)
        self.desktop.act(self.desktop.execute_request(call("key", text="F11"), screenshot="never"))
        deadline = time.monotonic() + BUBBLE_LIMIT_S
        note = self.desktop.screenshot_request(
            f"?region={self.screen.width // 4},0,{self.screen.width // 2},200&cursor=false"
        )
        while True:
            state = self.tab.tell("state")
            full = (state["width"], state["height"]) == (self.screen.width, self.screen.height)
            if full and set(b"".join(pixels(self.desktop.send(note).body)[1])) == {255}:
                return
            if time.monotonic() > deadline:
                raise WrongAnswer(f"the browser did not fill the screen: {state}")

    def open(self, page: str) -> None:
        """Shows a page; it has been painted when this returns."""
        began = time.perf_counter_ns()
        self.tab.go(page)
        if self.watcher:
            self.watcher.painted(began, quiet_ms=300, min_area=PAGE_AREA)

    def paint(self, message: bytes, min_area: int = 0) -> Reply:
        """Does something that paints, and waits until it has been painted, with nobody looking meanwhile.

        The wait is the listener's. Without one it is Nen's own settling, which sees the frame before it is timed.
        """
        began = time.perf_counter_ns()
        reply = self.desktop.act(message)
        if self.watcher:
            self.watcher.painted(began, QUIET_MS, min_area)
        else:
            self.desktop.act(self.desktop.execute_request(call("wait"), screenshot="never"))
        return reply

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
