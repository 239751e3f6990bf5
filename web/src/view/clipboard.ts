import type RFB from "@novnc/novnc";

/**
 * The clipboard of the desktop and the one of this device. The second is open to a page only over https or on
 * localhost, while it has the focus, and for reading only after the person has allowed it.
 */
export class Clipboard {
  /** Share without a click where the browser allows it. */
  automatic = true;
  #last = "";

  constructor(
    private readonly rfb: () => RFB | null,
    /** Shows text that was copied in the desktop. */
    private readonly show: (text: string) => void,
  ) {
    addEventListener("focus", () => void this.#offer());
  }

  /** Text was copied in the desktop. */
  received(text: string): void {
    this.#last = text;
    this.show(text);
    if (this.automatic && document.hasFocus()) void this.copy(text);
  }

  /** Puts text into this device's clipboard; false when the browser refuses. */
  async copy(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  }

  /** Puts text into the desktop's clipboard. */
  send(text: string): void {
    this.#last = text;
    this.rfb()?.clipboardPasteFrom(text);
  }

  /** Sends this device's clipboard to the desktop; null when the browser refuses to read it. */
  async sendOwn(): Promise<string | null> {
    try {
      const text = await navigator.clipboard.readText();
      this.send(text);
      return text;
    } catch {
      return null;
    }
  }

  /** On coming back to the page: sends what was copied elsewhere, if reading was allowed before. Never asks. */
  async #offer(): Promise<void> {
    if (!this.automatic || !this.rfb()) return;
    try {
      const allowed = await navigator.permissions.query({ name: "clipboard-read" as PermissionName });
      if (allowed.state !== "granted") return;
      const text = await navigator.clipboard.readText();
      if (text && text !== this.#last) this.send(text);
    } catch {
      // Not every browser has this permission; the panel is there for them.
    }
  }
}
