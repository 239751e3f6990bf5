"""Send an invoice through a web portal by mouse and keyboard alone, without a model.

Opens Chromium from the task bar, signs in with a password that the workflow never sees, fills in the form by
keyboard, and leaves a picture of the confirmation among the run's files.
"""

import time
import zlib
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, Field

from nen import Computer, Secure, WorkflowError

# Middle of Chromium's icon on a screen of 1280x800.
CHROMIUM = (24, 778)
# Seconds for a window or a page to appear.
PATIENCE = 20
# Another page changes more rows of the screen than that; a caret or a button under the pointer changes fewer.
PAGE_ROWS, SMALL_ROWS = 150, 40


class Params(BaseModel):
    """Where to go and what to send."""

    url: str = Field(pattern="^https?://")
    email: str
    customer: str
    amount: str
    currency: str = "EUR"
    notes: str = ""
    urgent: bool = False


class SecureParams(BaseModel):
    """What only the portal may see."""

    password: Secure[str] = Field(min_length=4)


class Result(BaseModel):
    """What was sent."""

    customer: str
    picture: str


def run(params: Params, secure_params: SecureParams) -> Result:
    """Does the whole job, from an empty desktop to the confirmation."""
    computer = Computer()

    computer.move(*CHROMIUM)
    new_page(computer, lambda: computer.click_at(*CHROMIUM))
    print("Chromium is open")
    go_to(computer, params.url)
    print("the portal asks who we are")

    computer.press("Tab")
    computer.type(params.email, interval=0)
    computer.press("Tab")
    computer.type(secure_params.password, interval=0)
    new_page(computer, lambda: computer.press("Return"))
    print("signed in")

    go_to(computer, f"{params.url.rstrip('/')}/invoices/new")
    for text in (params.customer, params.amount, params.currency, params.notes):
        computer.press("Tab")
        computer.type(text, interval=0)
    computer.press("Tab")
    if params.urgent:
        computer.press("space")
    computer.press("Tab")
    confirmation = new_page(computer, lambda: computer.press("Return"))
    print("sent")

    picture = Path("/artifacts/confirmation.png")
    picture.write_bytes(confirmation)
    return Result(customer=params.customer, picture=picture.name)


def go_to(computer: Computer, url: str) -> None:
    """Opens an address."""

    def enter() -> None:
        computer.hotkey("ctrl", "l")
        computer.type(url, interval=0)
        computer.press("Return")

    new_page(computer, enter)


def new_page(computer: Computer, action: Callable[[], None]) -> bytes:
    """Does something that leads to another page, and waits until that stands still on the screen."""
    before = last = rows(computer.screenshot())
    action()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        picture = computer.screenshot()
        now = rows(picture)
        if different(before, now) > PAGE_ROWS and different(last, now) < SMALL_ROWS:
            return picture
        last = now
    raise WorkflowError("the screen stayed as it was")


def rows(png: bytes) -> list[bytes]:
    """The rows of pixels of a picture. Two files of one picture may differ; their rows do not."""
    data, size, at = b"", 0, 8
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        content = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            size = 1 + int.from_bytes(content[:4]) * {2: 3, 6: 4}[content[9]]
        elif kind == b"IDAT":
            data += content
        at += length + 12
    pixels = zlib.decompress(data)
    return [pixels[start : start + size] for start in range(0, len(pixels), size)]


def different(one: list[bytes], other: list[bytes]) -> int:
    """How many rows are not the same."""
    return sum(a != b for a, b in zip(one, other, strict=True))
