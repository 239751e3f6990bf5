import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** The system's Chromium, sandboxed (see `chromium` beside this file). */
export function launchBrowser(options = {}) {
  return chromium.launch({
    executablePath: fileURLToPath(new URL("chromium", import.meta.url)),
    chromiumSandbox: true, // without it Playwright switches the sandbox off
    args: ["--disable-dev-shm-usage"],
    ...options,
  });
}

/** A page that fails the test on an error, a policy violation or a request to another host; see `trouble`. */
export async function openPage(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("console", (line) => {
    if (/Content.Security.Policy/i.test(line.text())) trouble.push(line.text());
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:") && !url.startsWith("blob:")) trouble.push(`request to ${url}`);
  });
  return { page, trouble };
}

/** Colour `[r, g, b]` of the live view's canvas at a point of the desktop. */
export function pixel(page, x, y) {
  return page.evaluate(
    ([px, py]) => {
      const canvas = document.querySelector("#screen canvas");
      return canvas ? [...canvas.getContext("2d").getImageData(px, py, 1, 1).data.slice(0, 3)] : null;
    },
    [x, y],
  );
}

/** Asks again and again until `question` answers something true. */
export async function until(question, what, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
