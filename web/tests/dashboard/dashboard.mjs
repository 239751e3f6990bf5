import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { after, afterEach, before, beforeEach } from "node:test";
import { fileURLToPath } from "node:url";
import { launchBrowser, openPage } from "../browser.mjs";
import { Api } from "./api.mjs";
import { startSite } from "./site.mjs";

/** Where pictures are kept. */
export const PICTURES = fileURLToPath(new URL("../../../test-output/web/dashboard/", import.meta.url));
/** Asked by who is not signed in yet. */
const FIRST_REFUSALS = [[401, /^GET \/auth$/]];
const WIDE = { viewport: { width: 1280, height: 800 } };

/**
 * What tests of the dashboard have: a server and a browser for all of them, and a page for each, unless they open pages
 * that all of them share. Call it within `describe`.
 */
export function dashboard({ script, sharesPages = false } = {}) {
  const it = {
    /** @type {Awaited<ReturnType<typeof startSite>>} */
    site: undefined,
    /** @type {Api} */
    api: undefined,
    /** @type {import("playwright-core").Browser} */
    browser: undefined,
    /** @type {import("playwright-core").Page} */
    page: undefined,
    trouble: [],
    contexts: [],
    refusals: FIRST_REFUSALS,
    /** A page of another person, with a sign-in of its own. */
    async another(more = {}) {
      const { page, trouble } = await openPage(it.browser, it.site.url, { ...WIDE, ...more });
      it.contexts.push(page.context());
      page.setDefaultTimeout(10_000);
      page.on("console", (line) => {
        // Answers are looked at below; and noVNC writes down each connection that ends, also when the desktop did.
        const isOther = line.text().startsWith("Failed to load resource") || /\/assets\/view-/.test(line.location().url);
        if (line.type() === "error" && !isOther) trouble.push(`console: ${line.text()}`);
      });
      page.on("response", (response) => {
        const call = `${response.request().method()} ${new URL(response.url()).pathname}`;
        const isExpected = it.refusals.some(([status, pattern]) => status === response.status() && pattern.test(call));
        if (response.status() >= 400 && !isExpected) trouble.push(`${call}: ${response.status()}`);
      });
      it.trouble.push(trouble);
      return page;
    },
    /** Says that the server may refuse such a call (`GET /auth`): what it refuses unexpectedly fails the test. */
    mayRefuse: (status, pattern) => void it.refusals.push([status, pattern]),
    /** Signs a page in without its form, and opens a place of the dashboard. */
    async open(path, { page = it.page, key = it.site.key } = {}) {
      const reply = await page.context().request.post(`${it.site.url}/auth`, { data: { key }, headers: { origin: it.site.url } });
      assert.equal(reply.status(), 200);
      await it.go(path, page);
      return page;
    },
    /** Another place of the dashboard, as by a link. */
    async go(path, page = it.page) {
      await page.goto(`${it.site.url}/#${path}`);
      await page.locator("main").waitFor();
    },
    /** The open dialog. */
    dialog: (page = it.page) => page.locator("dialog[open]"),
    /** Takes the file that something makes the browser save. @returns {Promise<{name: string, bytes: Buffer}>} */
    async saved(act, page = it.page) {
      const [download] = await Promise.all([page.waitForEvent("download"), act()]);
      const chunks = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk);
      return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
    },
  };
  let downloads;
  before(async () => {
    downloads = await mkdtemp("/tmp/nen-downloads-");
    await chmod(downloads, 0o777); // the browser may run as another user
    [it.site, it.browser] = await Promise.all([startSite({ script }), launchBrowser({ downloadsPath: downloads })]);
    it.api = new Api(it.site.url, it.site.key);
  });
  after(async () => {
    await it.browser?.close();
    await it.site?.stop();
    await rm(downloads, { recursive: true });
  });
  beforeEach(async () => {
    it.refusals = [...FIRST_REFUSALS];
    if (!sharesPages) it.page = await it.another();
  });
  afterEach(async (test) => {
    if (test.passed === false) await keepPictures(test.name, it.contexts);
    if (!sharesPages) for (const context of it.contexts.splice(0)) await context.close();
    assert.deepEqual(it.trouble.flatMap((ofPage) => ofPage.splice(0)), []);
  });
  return it;
}

/** What a test saw when it failed. */
async function keepPictures(name, contexts) {
  await mkdir(PICTURES, { recursive: true });
  const pages = contexts.flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    const path = `${PICTURES}failed-${name.replace(/\W+/g, "-")}${index || ""}.png`;
    await page.screenshot({ path }).catch(() => {}); // the browser may be gone
  }
}
