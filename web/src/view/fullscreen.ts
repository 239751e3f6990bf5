import { byId } from "./dom";

/** Chromium only: lets Esc, Tab and the like reach the desktop while in full screen (holding Esc leaves it). */
interface KeyboardLock {
  lock?: () => Promise<void>;
}

/** Full screen without the bar. `focus` gives the keyboard to the desktop. */
export function bindFullscreen(focus: () => void): void {
  byId("fullscreen").addEventListener("click", async () => {
    try {
      await document.documentElement.requestFullscreen();
      await (navigator as { keyboard?: KeyboardLock }).keyboard?.lock?.();
    } catch {
      return; // the embedding page or the browser forbids it; the view stays as it is
    }
    focus();
  });
}
