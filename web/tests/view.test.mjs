import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pixel, until } from "./browser.mjs";
import { viewer } from "./viewer.mjs";

describe("live view", () => {
  const on = viewer();
  const { status, show, point } = on;
  const fingerprint = () => on.page.evaluate(() => document.querySelector("#screen canvas")?.toDataURL());

  it("shows the screen and follows it", async () => {
    const { desktop, page } = on;
    await show("view");
    assert.equal(await page.locator("#role").textContent(), "View only");
    const first = await fingerprint();
    await desktop.change();
    await until(async () => (await fingerprint()) !== first, "the picture changes");
    if (desktop.paint) {
      desktop.paint("#123456");
      await until(async () => String(await pixel(page, 90, 60)) === "18,52,86", "the colour of the window");
    }
  });

  it("shows where the agent points", async () => {
    const { desktop, page } = on;
    await show("view");
    await desktop.openTerminal(); // the bare screen of an X server has no pointer to see
    await desktop.point(800, 300);
    const crop = (x, y) => page.evaluate(([px, py]) => String(document.querySelector("#screen canvas").getContext("2d").getImageData(px - 12, py - 12, 24, 24).data), [x, y]);
    const bare = await until(() => crop(900, 400), "a picture");
    await desktop.point(900, 400);
    await until(async () => (await crop(900, 400)) !== bare, "the pointer is drawn in its new place");
    await desktop.point(800, 300);
    await until(async () => (await crop(900, 400)) === bare, "the pointer is gone from the old place");
  });

  it("fits the window, and shows one to one", async () => {
    const { page } = on;
    await page.setViewportSize({ width: 700, height: 500 });
    await show("view");
    const width = async () => (await page.locator("#screen canvas").boundingBox()).width;
    assert.ok((await width()) <= 700);
    await page.click("#scale");
    await until(async () => Math.round(await width()) === 1280, "one pixel for one pixel");
  });

  it("lets a person point and type", async () => {
    const { desktop, page } = on;
    await show("interactive");
    await page.mouse.move(...(await point(321, 234)));
    await until(async () => {
      const [x, y] = await desktop.pointer();
      return Math.abs(x - 321) <= 1 && Math.abs(y - 234) <= 1;
    }, "the pointer arrives");
    await desktop.openTerminal();
    await page.mouse.click(...(await point(900, 300)));
    await page.keyboard.type("Nen types 123");
    await page.keyboard.press("Enter");
    await until(async () => (await desktop.typed()).includes("Nen types 123\n"), "the keys arrive");
    await page.click("#keys");
    await page.fill("#keys-text", "from the panel");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.locator("#screen").focus();
    await page.keyboard.press("Enter");
    await until(async () => (await desktop.typed()).includes("from the panel\n"), "the panel's text arrives");
  });

  it("sends nothing of a viewer's input", async () => {
    const { desktop, page } = on;
    const sent = on.sent();
    await show("view");
    const before = await desktop.pointer();
    const handshake = sent.frames.length;
    await page.mouse.click(...(await point(555, 444)));
    await page.mouse.wheel(0, 200);
    await page.keyboard.type("nothing");
    await desktop.change(); // its picture comes after the input would have gone out
    await until(() => sent.frames.length > handshake, "the viewer still asks for pictures");
    assert.deepEqual(sent.input(0), []);
    if (desktop.paint) assert.deepEqual(await desktop.pointer(), before);
    assert.ok(await page.locator("#take").isHidden());
    assert.ok(await page.locator("#clipboard").isHidden());
  });

  it("takes control and hands it back", async () => {
    const { page } = on;
    const calls = [];
    page.on("request", (request) => request.url().includes("/takeover") && calls.push(request.method()));
    await show("interactive");
    await page.click("text=Take control");
    await page.locator("#control", { hasText: "You are in control" }).waitFor();
    await page.click("text=Hand back");
    await page.locator("#control", { hasText: "Shared with the agent" }).waitFor();
    assert.deepEqual(calls, ["POST", "DELETE"]);
  });

  it("shows when somebody else takes control", async (t) => {
    const { desktop, page } = on;
    if (!desktop.control) return t.skip("needs the stand-in server");
    await show("view");
    await page.locator("#control", { hasText: "Agent in control" }).waitFor();
    await until(async () => {
      desktop.control(true);
      return (await page.locator("#control").textContent()) === "A person in control";
    }, "the event arrives");
    desktop.control(false);
    await page.locator("#control", { hasText: "Agent in control" }).waitFor();
  });

  it("shares the clipboard both ways", async (t) => {
    const { desktop, page } = on;
    if (!desktop.paint) return t.skip("needs the stand-in server");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: desktop.origin });
    await show("interactive");
    await desktop.openTerminal();
    await page.mouse.click(...(await point(900, 300)));
    await page.click("#clipboard");
    await page.fill("#clipboard-text", "grüße 你好");
    await page.click("#clipboard-send");
    await page.keyboard.press("Escape");
    await page.mouse.click(...(await point(900, 300)), { button: "middle" });
    await until(async () => {
      await page.keyboard.press("Enter"); // the desktop asks for the text only when it is pasted, so a line may end before
      return (await desktop.typed()).includes("grüße 你好\n");
    }, "the text is pasted in the desktop");
    await desktop.openTerminal();
    await page.keyboard.type("inside");
    await until(async () => {
      await page.mouse.dblclick(...(await point(655, 10))); // on the terminal's first word: xterm copies what is selected
      return (await page.evaluate(() => navigator.clipboard.readText())) === "inside";
    }, "the word selected in the desktop arrives");
  });

  it("can be left by the keyboard", async () => {
    const { page } = on;
    await show("interactive");
    await page.locator("#screen").focus();
    for (const key of ["Control", "Alt", "Shift"]) await page.keyboard.down(key);
    for (const key of ["Shift", "Alt", "Control"]) await page.keyboard.up(key);
    await until(() => page.evaluate(() => document.activeElement?.id === "take"), "the focus is on the bar");
  });

  it("says that the session ended and stays away", async () => {
    const { desktop, page } = on;
    await show("view");
    await desktop.end();
    await page.locator("#notice-title", { hasText: "This session has ended" }).waitFor();
    await status("Disconnected");
    assert.ok(await page.locator("#notice-retry").isHidden());
    await page.reload();
    await page.locator("#notice-title", { hasText: /has ended|not valid/ }).waitFor();
  });

  it("says that a token is wrong or missing", async () => {
    const { desktop, page } = on;
    const href = await desktop.open("view");
    await page.goto(href.replace(/#token=.*/, "#token=wrong"));
    await page.locator("#notice-title", { hasText: "This link is not valid any more" }).waitFor();
    await page.goto("about:blank");
    await page.goto(href.replace(/#.*/, ""));
    await page.locator("#notice-title", { hasText: "This link is incomplete" }).waitFor();
  });

  it("comes back when the network does", async (t) => {
    const { desktop, page } = on;
    if (!desktop.drop) return t.skip("needs the stand-in server");
    await show("view");
    desktop.drop();
    await status("Reconnecting");
    await page.locator("#notice-title", { hasText: "Connection lost" }).waitFor();
    desktop.restore();
    await status(/^Connected$/);
    desktop.paint("#654321");
    await until(async () => String(await pixel(page, 90, 60)) === "101,67,33", "the picture is live again");
  });
});
