import type RFB from "@novnc/novnc";
import { Clipboard } from "./clipboard";
import { byId } from "./dom";

/** The panel for where the browser does not let a page share the clipboard by itself. */
export function bindClipboardPanel(rfb: () => RFB | null): Clipboard {
  const text = byId<HTMLTextAreaElement>("clipboard-text");
  const automatic = byId<HTMLInputElement>("clipboard-auto");
  const clipboard = new Clipboard(rfb, (copied) => (text.value = copied));
  const say = (result: string): void => void (byId("clipboard-result").textContent = result);

  byId("clipboard-send").addEventListener("click", () => {
    clipboard.send(text.value);
    say("Sent. Paste it in the desktop.");
  });
  byId("clipboard-copy").addEventListener("click", async () => {
    if (await clipboard.copy(text.value)) return say("Copied to this device.");
    text.select();
    say("The browser does not allow it here. The text is selected: copy it yourself.");
  });
  byId("clipboard-read").addEventListener("click", async () => {
    const own = await clipboard.sendOwn();
    if (own === null) return say("The browser does not allow reading the clipboard here. Paste into the field and send it.");
    text.value = own;
    say("Sent. Paste it in the desktop.");
  });
  automatic.addEventListener("change", () => (clipboard.automatic = automatic.checked));
  byId("clipboard-panel").addEventListener("toggle", () => say(""));
  return clipboard;
}
