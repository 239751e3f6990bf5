"""Pays the open invoice of a supplier portal and fetches the receipt, by keyboard alone.

The task that all clients of Nen do. Environment: NEN_API_URL, NEN_API_KEY, PORTAL_URL (the portal
as a desktop sees it) and PORTAL_NOTE (what is written into the payment). Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

from nen_client import Desktop, Nen, actions

# Seconds that a page may take to appear, and a file to arrive.
PATIENCE = 60.0


def main() -> None:
    portal, note = os.environ["PORTAL_URL"], os.environ["PORTAL_NOTE"]
    tools = ["computer", "clipboard", "windows"]
    with Nen() as client, client.desktops.create(tools=tools, start_url=portal) as desktop:
        invoice, amount = sign_in_and_read(desktop)
        pay(desktop, portal, invoice, amount, note)
        receipt = download(desktop, portal)
    print(json.dumps({"invoice": invoice, "amount": amount, "receipt": receipt}))


def sign_in_and_read(desktop: Desktop) -> tuple[str, str]:
    """Number and amount of the invoice that is open."""
    until_shown(desktop, "Sign in")
    fill(desktop, "ada@lumen.example", "correct-Horse7")
    until_shown(desktop, "Invoices")
    press(desktop, "ctrl+a", "ctrl+c")
    for line in desktop.get_clipboard().splitlines():
        number, _, amount, status = (line.split("\t") + [""] * 4)[:4]
        if status.strip() == "open":
            return number.strip(), amount.strip()
    raise RuntimeError("no invoice is open")


def pay(desktop: Desktop, portal: str, invoice: str, amount: str, note: str) -> None:
    """Fills in the form of a payment."""
    go(desktop, f"{portal}/pay")
    until_shown(desktop, "Pay - ")
    fill(desktop, invoice, amount, note)
    until_shown(desktop, "Paid")


def download(desktop: Desktop, portal: str) -> str:
    """Text of the receipt, once the browser has it on the drive."""
    go(desktop, f"{portal}/receipt.txt")

    def arrived() -> bool:
        files = desktop.files.list("Downloads")
        return any(file.name == "receipt.txt" and file.size > 0 for file in files)

    until(desktop, "receipt.txt on the drive", arrived)
    return desktop.files.download("receipt.txt", "Downloads").decode()


def go(desktop: Desktop, url: str) -> None:
    """Opens a page by the browser's address bar."""
    press(desktop, "ctrl+l")
    fill(desktop, url)


def fill(desktop: Desktop, *texts: str) -> None:
    """Types into one field after the other and presses Return in the last."""
    acts = [actions.type_text(texts[0])]
    for text in texts[1:]:
        acts += [actions.key_press("Tab"), actions.type_text(text)]
    done = desktop.batch([*acts, actions.key_press("Return")], screenshot="never")
    if done.failed:
        raise RuntimeError(done.failed.error)


def press(desktop: Desktop, *keys: str) -> None:
    """Presses keys one after the other."""
    done = desktop.batch([actions.key_press(key) for key in keys], screenshot="never")
    if done.failed:
        raise RuntimeError(done.failed.error)


def until_shown(desktop: Desktop, title: str) -> None:
    """Returns once a window has this in its title and the screen has settled: then its field has
    the keyboard.
    """
    until(desktop, title, lambda: any(title in window.title for window in desktop.list_windows()))
    desktop.wait(screenshot="never")


def until(desktop: Desktop, what: str, holds: Callable[[], bool]) -> None:
    """Looks again whenever the screen has settled."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not appear within {PATIENCE:g} s")
        desktop.wait(screenshot="never")


if __name__ == "__main__":
    main()
