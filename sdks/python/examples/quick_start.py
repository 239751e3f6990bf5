"""Make a desktop, act on it, and keep a picture of it.

    NEN_API_KEY=sk_nen_… python quick_start.py

NEN_API_URL is the server's address, unless that is http://127.0.0.1:8700.
"""

from pathlib import Path

from nen_client import Nen, actions


def main() -> None:
    """Opens the editor, writes into it and saves the screen as desktop.png."""
    with (
        Nen() as client,
        client.desktops.create(name="quick start", tools=["computer", "windows"]) as desktop,
    ):
        desktop.launch_app("editor")
        desktop.wait()
        writing = [actions.type_text("Hello from Nen\n"), actions.key_press("ctrl+Home")]
        done = desktop.batch(writing, screenshot="never")
        if done.failed:
            raise SystemExit(f"it could not be written: {done.failed.error}")
        picture = desktop.screenshot(max_width=1024)
        Path("desktop.png").write_bytes(picture)
        print(f"{desktop.desktop_id}: desktop.png has {len(picture)} bytes")


if __name__ == "__main__":
    main()
