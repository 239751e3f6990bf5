import { signal } from "@preact/signals";

/** Now, in Unix seconds, moved on every few seconds while the page is looked at: what shows ages reads it. */
export const now = signal(Date.now() / 1000);

const tick = (): void => void (now.value = Date.now() / 1000);
setInterval(() => document.visibilityState === "visible" && tick(), 5000);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tick());
