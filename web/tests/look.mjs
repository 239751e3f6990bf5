// Writes pictures of both pages in their states to test-output/web/, for a person to look at: `npm run look`.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchBrowser, openPage } from "./browser.mjs";
import { startDesktop } from "./desktop.mjs";

const folder = fileURLToPath(new URL("../../test-output/web/", import.meta.url));
await mkdir(folder, { recursive: true });
const [desktop, browser] = await Promise.all([startDesktop(), launchBrowser()]);
await desktop.openTerminal();
desktop.paint?.("#2f5d8a");

async function picture(name, address, options, act = async () => {}) {
  const { page, trouble } = await openPage(browser, desktop.origin, options);
  await page.goto(address);
  await act(page);
  await page.screenshot({ path: `${folder}${name}.png` });
  console.log(name, trouble.join(" | ") || "ok");
  await page.context().close();
}
const connected = async (page) => {
  await page.locator("#connection-text", { hasText: /^Connected$/ }).waitFor();
  await page.locator("#screen canvas").waitFor();
  await page.waitForTimeout(400); // a picture of a settled page; nothing is tested here
};
const phone = { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true };

for (const colorScheme of ["light", "dark"]) {
  await picture(`view-${colorScheme}`, await desktop.open("interactive"), { colorScheme }, connected);
  await picture(`keys-${colorScheme}`, await desktop.open("interactive"), { colorScheme }, async (page) => {
    await connected(page);
    await page.click("#keys");
  });
  await picture(`clipboard-${colorScheme}`, await desktop.open("interactive"), { colorScheme }, async (page) => {
    await connected(page);
    await page.click("text=Take control");
    await page.click("#clipboard");
  });
  await picture(`phone-${colorScheme}`, await desktop.open("interactive"), { ...phone, colorScheme }, async (page) => {
    await connected(page);
    if (colorScheme === "dark") await page.click("#keys");
    else await page.click("#take");
  });
  await picture(`watch-${colorScheme}`, await desktop.open("view"), { colorScheme, viewport: { width: 900, height: 600 } }, connected);
  for (const [name, options] of [["docs", {}], ["docs-phone", phone]]) {
    await picture(`${name}-${colorScheme}`, `${desktop.origin}/docs`, { ...options, colorScheme }, async (page) => {
      await page.getByText("/desktops", { exact: true }).first().waitFor();
      await page.waitForLoadState("networkidle");
    });
  }
  await picture(`not-signed-in-${colorScheme}`, desktop.address, { colorScheme }, (page) => page.locator("#notice-title", { hasText: "incomplete" }).waitFor());
  await picture(`forbidden-${colorScheme}`, desktop.address, { colorScheme }, async (page) => {
    await desktop.signIn(page.context(), "none");
    await page.reload();
    await page.locator("#notice-title", { hasText: "may not" }).waitFor();
  });
  await picture(`signed-out-${colorScheme}`, desktop.address, { colorScheme }, async (page) => {
    await desktop.signIn(page.context(), "interactive");
    await page.reload();
    await connected(page);
    await desktop.signOut(page.context());
    await page.locator("#notice-title", { hasText: "signed out" }).waitFor();
  });
  await picture(`ended-${colorScheme}`, await desktop.open("view"), { colorScheme }, async (page) => {
    await connected(page);
    await desktop.end();
    await page.locator("#notice-title", { hasText: "ended" }).waitFor();
  });
}
if (desktop.drop) {
  await picture("lost-light", await desktop.open("view"), { colorScheme: "light" }, async (page) => {
    await connected(page);
    desktop.drop();
    await page.locator("#notice-title", { hasText: "lost" }).waitFor();
  });
}
await browser.close();
await desktop.stop();
