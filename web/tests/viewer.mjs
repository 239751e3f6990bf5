import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { launchBrowser, openPage } from "./browser.mjs";
import { startDesktop } from "./desktop.mjs";

/** RFB messages by which a client acts on a desktop: keys, pointer, clipboard, size, QEMU's keys. */
const INPUT = new Set([4, 5, 6, 251, 255]);

/** What tests of the live view have: a desktop and a browser for all of them, a page for each. Call it within `describe`. */
export function viewer() {
  const it = {
    /** @type {import("./desktop.mjs").TestDesktop} */
    desktop: undefined,
    /** @type {import("playwright-core").Browser} */
    browser: undefined,
    /** @type {import("playwright-core").Page} */
    page: undefined,
    trouble: [],
    /** Waits until the bar says this of the connection. */
    status: (text) => it.page.locator("#connection-text", { hasText: text }).waitFor(),
    notice: (text, timeout = 30_000) => it.page.locator("#notice-title", { hasText: text }).waitFor({ timeout }),
    /** Opens a link, or one for a role, and waits until the screen is there. */
    async show(role) {
      await it.page.goto(role.startsWith("http") ? role : await it.desktop.open(role));
      await it.status(/^Connected$/);
    },
    /** Where a point of the desktop is in the page. */
    async point(x, y) {
      const box = await it.page.locator("#screen canvas").boundingBox();
      return [box.x + (x * box.width) / 1280, box.y + (y * box.height) / 800];
    },
    /** Collects what the page sends; call it before the page is opened. */
    sent() {
      const frames = [];
      it.page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => frames.push(Buffer.from(payload))));
      return {
        frames,
        /** The kinds of input among those after the first `count`. */
        input: (count) => frames.slice(count).map((frame) => frame[0]).filter((kind) => INPUT.has(kind)),
        /** Whether it was said what the client can do with the clipboard: an extended message, of negative length. */
        saysCapabilities: () => frames.some((frame) => frame[0] === 6 && frame[4] >= 0x80 && (frame[8] & 1) === 1),
      };
    },
  };
  before(async () => ([it.desktop, it.browser] = await Promise.all([startDesktop(), launchBrowser()])));
  after(async () => {
    await it.browser?.close();
    await it.desktop?.stop();
  });
  beforeEach(async () => Object.assign(it, await openPage(it.browser, it.desktop.origin)));
  afterEach(async () => {
    await it.page.context().close();
    assert.deepEqual(it.trouble, []);
  });
  return it;
}
