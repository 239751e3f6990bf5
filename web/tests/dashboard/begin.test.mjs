import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { dashboard } from "./dashboard.mjs";
import { Desktop } from "./desktop.mjs";

/** What the first page may weigh, without the live view. */
const MOST = 300_000;

describe("dashboard: how it begins", () => {
  const on = dashboard();
  /** What has the focus, and whether one sees that it has. */
  const focused = () => on.page.evaluate(() => {
    const element = document.activeElement;
    if (element === document.body || element.tagName === "IFRAME") return { name: "", isSeen: true };
    // The ring of a card's link lies around the card, that of a choice around its word.
    const styles = [getComputedStyle(element), getComputedStyle(element, "::after"), element.labels?.[0] && getComputedStyle(element.labels[0])];
    const name = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
    return { name: name.trim(), isSeen: styles.some((style) => style && style.outlineStyle !== "none" && style.outlineWidth !== "0px") };
  });
  const isFocused = (locator) => locator.and(on.page.locator(":focus")).waitFor();
  /** Waits until a page is there, which gives the focus to its title. */
  const title = (name) => isFocused(on.page.getByRole("heading", { name, level: 1 }));
  /** Presses Tab until something has the focus. */
  const tabTo = async (wanted) => {
    const passed = [];
    while (passed.length < 60) {
      await on.page.keyboard.press("Tab");
      const { name, isSeen } = await focused();
      assert.ok(isSeen, `the focus on “${name}” is not seen`);
      if (name === wanted) return;
      passed.push(name);
    }
    assert.fail(`the Tab key does not lead to “${wanted}”, but to ${passed.join(", ")}`);
  };

  it(`loads less than ${MOST / 1000} kB, of this server only and under its policy`, async (test) => {
    const { page, site } = on;
    const policies = JSON.parse(await readFile(new URL("../../csp.json", import.meta.url), "utf8"));
    await Desktop.create(on.api, { name: "Seen at first" });
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    const sent = new Map();
    const paths = new Map();
    wire.on("Network.responseReceived", ({ requestId, response }) => paths.set(requestId, new URL(response.url).pathname));
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sent.set(paths.get(requestId), encodedDataLength));
    const bodies = [];
    page.on("response", (response) => /^\/(assets\/.*)?$/.test(new URL(response.url()).pathname) && bodies.push(response.body()));
    const answer = await page.goto(site.url);
    assert.equal(answer.headers()["content-security-policy"], policies.dashboard);
    await page.getByLabel("API key").fill(site.key);
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Seen at first" }).locator("img").waitFor();
    const files = [...sent].filter(([path]) => /^\/(assets\/.*)?$/.test(path));
    const bytes = files.reduce((sum, [, size]) => sum + size, 0);
    const squeezed = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
    test.diagnostic(`first load: ${files.length} files, ${(bytes / 1000).toFixed(1)} kB as the server sent them, ${(squeezed / 1000).toFixed(1)} kB with gzip`);
    assert.ok(files.length > 3 && bytes < MOST, JSON.stringify(files));
    const others = files.map(([path]) => path).filter((path) => /\/(view|docs|standalone|desktop-page|run-page|settings-page)-/.test(path));
    assert.deepEqual(others, [], "other pages are loaded when they are wanted");
  });

  it("works by the keyboard alone: sign in, create a desktop, open it", async () => {
    const { page, api, site } = on;
    await page.goto(site.url);
    await page.getByLabel("API key").waitFor();
    await page.keyboard.type(site.key); // the field has the focus
    await page.keyboard.press("Enter");
    await page.getByRole("article").first().waitFor();
    await tabTo("New desktop");
    await page.keyboard.press("Enter");
    await on.dialog().waitFor();
    await page.keyboard.type("By keys");
    await tabTo("Shell");
    await page.keyboard.press("Space");
    await tabTo("Create desktop");
    await page.keyboard.press("Enter");
    await title(/^By keys/);
    const [made] = (await api.get("/desktops")).filter(({ name }) => name === "By keys");
    assert.ok(made.tools.includes("bash"));
    await tabTo("Desktops"); // once round the page, which began at its title
    await page.keyboard.press("Enter");
    await title("Desktops");
    await page.getByRole("article", { name: "By keys" }).waitFor();
    await tabTo("By keys");
    await page.keyboard.press("Enter");
    await page.frameLocator("iframe").locator("canvas").waitFor();
    await title(/^By keys/);
    await page.keyboard.press("Shift+Tab");
    assert.equal((await focused()).name, "Desktops");
    await tabTo("Log"); // past the live view, which lets go of the focus
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "Act", selected: true }).waitFor();
  });

  it("skips to the page, and goes through menus and dialogs by keys", async () => {
    const { page, api } = on;
    const desktop = await Desktop.create(api, { name: "Menu" });
    await on.open(`/desktops?search=${desktop.id}`);
    const card = page.getByRole("article", { name: "Menu" });
    await card.waitFor();
    await tabTo("Skip to the page");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await card.getByRole("button", { name: "More for Menu" }).focus();
    await page.keyboard.press("Enter");
    await isFocused(page.getByRole("menuitem", { name: "Replay" }));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await isFocused(on.dialog().getByLabel("Name"));
    await page.keyboard.press("Escape");
    await on.dialog().waitFor({ state: "detached" });
    await isFocused(card.getByRole("button", { name: "More for Menu" }));
    await page.keyboard.press("Enter");
    await isFocused(page.getByRole("menuitem", { name: "Replay" }));
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await isFocused(on.dialog().getByRole("button", { name: "Cancel" }));
    await page.keyboard.press("Enter");
    assert.equal((await desktop.state()).status, "running", "Enter at once deletes nothing");
  });
});
