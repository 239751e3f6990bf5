"""Arguments that are refused here, before anything is sent."""

from __future__ import annotations

import pytest

from nen import Agent, Computer, Drive, File, SecureValue, WorkflowError, _transport

REFUSED = [
    (lambda c: c.type(5), TypeError, "text must be a str or a SecureValue, not int"),
    (lambda c: c.type("a", interval="fast"), TypeError, "interval must be a number of seconds"),
    (lambda c: c.type("a", interval=-1), ValueError, "interval must be a finite number"),
    (lambda c: c.type("a", interval=float("nan")), ValueError, "interval must be a finite number"),
    (lambda c: c.type("a\ud800"), ValueError, "text holds half a character .* at 1"),
    (lambda c: c.press(""), ValueError, "key is empty"),
    (lambda c: c.press(13), TypeError, "key must be a str, not int"),
    (lambda c: c.press(SecureValue("pin")), TypeError, "key must be a str, not SecureValue"),
    (lambda c: c.hotkey(), ValueError, "hotkey needs keys"),
    (lambda c: c.hotkey(["ctrl", "c"]), TypeError, "key must be a str, not list"),
    (lambda c: c.hotkey("command", "c"), WorkflowError, "No such key name 'command'"),
    (lambda c: c.hotkey("Command", "c"), WorkflowError, "No such key name 'Command'"),
    (lambda c: c.click_at("1", 2), TypeError, "x must be a whole number, not str"),
    (lambda c: c.click_at(1, 2.5), TypeError, "y must be a whole number, not 2.5"),
    (lambda c: c.click_at(True, 2), TypeError, "x must be a whole number, not True"),
    (lambda c: c.click_at(-1, 2), ValueError, "x must be 0 or more, not -1"),
    (
        lambda c: c.click_at(1, 2, "wheel"),
        ValueError,
        "button must be 'left', 'right' or 'middle', not 'wheel'",
    ),
    (lambda c: c.drag((1, 2, 3), (1, 2)), ValueError, "start must be a pair"),
    (lambda c: c.drag((1, 2), "12"), TypeError, "end must be a pair"),
    (lambda c: c.scroll("sideways"), ValueError, "direction must be"),
    (lambda c: c.scroll(amount=-3), ValueError, "amount must be 0 or more"),
    (lambda c: c.scroll(x=5), ValueError, "both x and y, or neither"),
    (lambda c: c.wait(None), TypeError, "seconds must be a number of seconds, not None"),
    (lambda c: c.drive("Downloads"), ValueError, "path must begin with / or ~/"),
    (lambda c: c.drive("~other/x"), ValueError, "path must begin with / or ~/"),
    (lambda c: Agent(5), TypeError, "model must be a str, not int"),
    (lambda c: Agent().execute(""), ValueError, "instruction is empty"),
    (lambda c: Agent().execute("a", max_iterations=0), ValueError, "max_iterations must be 1 or"),
    (lambda c: Agent().execute("a", max_iterations="3"), TypeError, "max_iterations must be a w"),
    (lambda c: Agent().verify(None), TypeError, "condition must be a str, not None"),
    (lambda c: Agent().verify("a", timeout=-1), ValueError, "timeout must be a finite number"),
    (lambda c: Agent().extract("a", {}), ValueError, "schema is empty"),
    (lambda c: Agent().extract("a", "object"), TypeError, "schema must be a dict, not str"),
    (lambda c: Drive("/a").files(""), ValueError, "pattern is empty"),
    (lambda c: Drive("/a").write("../b", b""), ValueError, "name must be that of a file in /a"),
    (lambda c: Drive("/a").write("b", SecureValue("p")), TypeError, "data must be bytes or a str"),
    (lambda c: File("a", 1, "/a", 0.0).iter_bytes(0), ValueError, "chunk_size must be 1 or more"),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED, ids=[m for _, _, m in REFUSED])
def test_a_wrong_argument_is_named_and_nothing_is_sent(call, kind, message):
    _transport.use(_transport.NoDesktop())
    try:
        with pytest.raises(kind, match=message):
            call(Computer())
    finally:
        _transport.use(None)


def test_whole_numbers_of_other_types_are_taken():
    class Like:
        def __index__(self) -> int:
            return 7

    sent = []

    class Recorder(_transport.NoDesktop):
        def call(self, name, args):
            sent.append(args)

    _transport.use(Recorder())
    try:
        Computer().move(Like(), 1)
    finally:
        _transport.use(None)
    assert sent == [{"x": 7, "y": 1}]
