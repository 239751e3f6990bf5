import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { it } from "node:test";
import { until } from "../browser.mjs";
import { overflowOf, prepare, wrongOn } from "./accessibility.mjs";
import { PICTURES } from "./dashboard.mjs";

/** How pages are opened. One is dark where the other is light, and so they stay. */
const SIZES = {
  wide: { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/**
 * Looks at places of the dashboard: each page in two sizes and two colour schemes, each dialog in two sizes, one of which
 * is dark; with a picture that is kept, and looked through for what keeps people out.
 */
export function looks(on) {
  const pages = {};
  /** Opens the two pages, signed in with a key or, without one, not at all. */
  async function open(key) {
    await mkdir(PICTURES, { recursive: true });
    for (const [size, options] of Object.entries(SIZES)) {
      await pages[size]?.page.context().close();
      const page = await on.another({ ...options, reducedMotion: "reduce" });
      await prepare(page);
      pages[size] = { page, scheme: options.colorScheme };
      if (key) await on.open("/desktops", { page, key });
      else await page.goto(on.site.url);
    }
  }

  /** One test: `act` brings a page to what is to be seen there, `over` afterwards brings the server back to how it was. */
  function look(name, path, act = async () => {}, over = async () => {}) {
    it(name, async () => {
      const wrong = await Promise.all(Object.keys(pages).map((size) => lookAt(size, name, path, act)));
      await over();
      assert.deepEqual(wrong.flat(), []);
    });
  }

  async function lookAt(size, name, path, act) {
    const { page, scheme } = pages[size];
    await on.go(typeof path === "function" ? path() : path, page);
    await act(page, size);
    await until(() => isSettled(page), `${name}, ${size}, has settled`);
    await drawn(page);
    const wrong = [];
    const see = async (colours, coloursOnly) => {
      await page.screenshot({ path: `${PICTURES}${name}-${size}-${colours}.png` });
      wrong.push(...(await wrongOn(page, { coloursOnly })).map((line) => `${size}, ${colours}: ${line}`));
    };
    await see(scheme, false);
    const overflow = await overflowOf(page);
    if (overflow > 0) wrong.push(`${size}: ${overflow} px wider than the window`);
    if (await on.dialog(page).count()) {
      await page.keyboard.press("Escape");
      if (await on.dialog(page).count()) await page.reload(); // a secret is not closed so easily
      return wrong;
    }
    // The next place begins with the scheme in which this one ends: a change is a long way for a browser.
    const other = scheme === "dark" ? "light" : "dark";
    await page.emulateMedia({ colorScheme: other });
    await drawn(page);
    pages[size].scheme = other;
    await see(other, true);
    return wrong;
  }
  return { open, look };
}

/** Whether nothing is on its way: no answer and no picture. */
function isSettled(page) {
  return page.evaluate(() => {
    const top = document.querySelector("dialog[open]") ?? document;
    return !top.querySelector(".skeleton, .spinner, [aria-busy=true]") && [...document.images].every((image) => image.complete);
  });
}

/** Waits until a change can be seen: the movements to it have ended, and what comes of them is drawn. */
function drawn(page) {
  return page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map((one) => one.finished));
    await frame();
    await frame();
  });
}
