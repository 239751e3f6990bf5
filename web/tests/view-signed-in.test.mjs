import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { until } from "./browser.mjs";
import { viewer } from "./viewer.mjs";

describe("live view of who is signed in", () => {
  const on = viewer();
  const { status, show, notice, point } = on;

  it("needs no token, and leaves it out of every address", async () => {
    const { desktop, page } = on;
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("websocket", (socket) => asked.push(socket.url()));
    await desktop.signIn(page.context(), "interactive");
    await show(desktop.address);
    assert.equal(await page.locator("#role").textContent(), "Interactive");
    await page.mouse.move(...(await point(321, 234)));
    await until(async () => Math.abs((await desktop.pointer())[0] - 321) <= 1, "the pointer arrives");
    await page.click("text=Take control");
    await page.locator("#control", { hasText: "You are in control" }).waitFor();
    await page.click("text=Hand back");
    await page.locator("#control", { hasText: "Shared with the agent" }).waitFor();
    const calls = asked.map((url) => new URL(url)).filter(({ pathname }) => pathname.startsWith("/desktops/"));
    assert.deepEqual([...new Set(calls.map(({ pathname }) => pathname.replace(/.*\/view/, "/view")))].sort(), [
      "/view", "/view/events", "/view/state", "/view/takeover",
    ]);
    assert.ok(calls.every(({ search }) => search === ""), String(calls));
  });

  it("only shows to who may only look", async () => {
    const { desktop, page } = on;
    await desktop.signIn(page.context(), "view");
    await show(desktop.address);
    assert.equal(await page.locator("#role").textContent(), "View only");
    assert.ok(await page.locator("#take").isHidden());
  });

  it("prefers the token of a link", async () => {
    const { desktop, page } = on;
    await desktop.signIn(page.context(), "interactive");
    await show("view");
    assert.equal(await page.locator("#role").textContent(), "View only");
    await page.goto("about:blank");
    await page.goto(`${desktop.address}#token=wrong`);
    await notice("This link is not valid any more");
  });

  it("says what is missing to who is not signed in", async () => {
    await on.page.goto(on.desktop.address);
    await notice("This link is incomplete");
    await status("Disconnected");
    assert.ok(await on.page.locator("#notice-retry").isHidden());
  });

  it("says that a key may not see desktops", async () => {
    const { desktop, page } = on;
    await desktop.signIn(page.context(), "none");
    await page.goto(desktop.address);
    await notice("You may not see this desktop");
    await status("Disconnected");
  });

  it("goes on when somebody's link ends, and ends with the sign-in", async () => {
    const { desktop, page } = on;
    await desktop.open("view");
    await desktop.signIn(page.context(), "interactive");
    await show(desktop.address);
    await desktop.end();
    // Whether it is cut off and comes back or was not even cut off: what happens on the screen arrives.
    await status(/^Connected$/);
    const picture = () => page.evaluate(() => document.querySelector("#screen canvas")?.toDataURL());
    const before = await picture();
    await desktop.change();
    await until(async () => (await picture()) !== before, "the picture changes");
    await desktop.signOut(page.context());
    await notice("You are signed out", 60_000); // a server looks now and then whether its viewers may still be there
    await status("Disconnected");
  });

  it("says that the desktop is gone", async (t) => {
    const { desktop, page } = on;
    if (!desktop.remove) return t.skip("needs the stand-in server");
    await desktop.signIn(page.context(), "interactive");
    await show(desktop.address);
    desktop.remove(true);
    await notice("This desktop is gone");
    desktop.remove(false);
  });
});
