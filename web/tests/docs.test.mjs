import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launchBrowser, openPage } from "./browser.mjs";
import { startFakeServer } from "./fake-server.mjs";

describe("API reference", () => {
  let server, browser;
  before(async () => ([server, browser] = await Promise.all([startFakeServer(""), launchBrowser()])));
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  const origin = () => (process.env.NEN_URL ? new URL(process.env.NEN_URL).origin : server.origin);

  for (const colorScheme of ["light", "dark"]) {
    it(`lists the operations, asking nobody else, in ${colorScheme}`, async () => {
      const { page, trouble } = await openPage(browser, origin(), { colorScheme });
      await page.goto(`${origin()}/docs`);
      await page.getByRole("heading", { name: "Nen" }).first().waitFor();
      await page.getByText("/desktops", { exact: true }).first().waitFor();
      await page.waitForLoadState("networkidle");
      assert.deepEqual(trouble, []);
      await page.context().close();
    });
  }
});
