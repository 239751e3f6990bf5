import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { until } from "./browser.mjs";
import { viewer } from "./viewer.mjs";

describe("live view in another page", () => {
  const on = viewer();

  /** Puts the live view into a page of `origin` and collects what it tells. */
  async function embed(src, origin = on.desktop.origin) {
    const { page } = on;
    if (!page.url().startsWith(origin)) await page.goto(`${origin}/embedder`);
    await page.evaluate((address) => {
      window.told = [];
      addEventListener("message", (event) => window.told.push(event.data));
      const frame = document.createElement("iframe");
      Object.assign(frame, { src: address, width: 900, height: 600 });
      document.body.append(frame);
    }, src);
  }
  /** The last message of a type that fits, waiting for it. */
  const told = (type, fields = {}) =>
    until(
      () =>
        on.page.evaluate(
          ([wanted, values]) => window.told.findLast((one) => one.type === wanted && Object.entries(values).every(([name, value]) => one[name] === value)),
          [type, fields],
        ),
      `message ${type} ${JSON.stringify(fields)}`,
    );
  const tell = (body) =>
    on.page.evaluate((message) => document.querySelector("iframe").contentWindow.postMessage({ source: "nen-embedder", version: 1, ...message }, "*"), body);
  const forget = () => on.page.evaluate(() => (window.told = []));
  const frame = () => on.page.frameLocator("iframe >> nth=0");
  /** Clicks and types in the frame. */
  const act = async () => {
    await frame().locator("#screen canvas").click({ position: { x: 200, y: 150 } });
    await on.page.keyboard.type("nothing");
  };

  it("tells it of the connection and of who is in control", async (t) => {
    const { desktop } = on;
    if (!desktop.paint) return t.skip("needs the stand-in server");
    await embed((await desktop.open("view")).replace("#", "?embed=1#"));
    assert.deepEqual(await told("connected"), {
      source: "nen-view", version: 1, desktop_id: "dsk_abc123def456", type: "connected", role: "view", display: { width: 1280, height: 800 },
    });
    assert.equal((await told("control")).control, "agent");
    assert.ok(await frame().locator("#bar").isHidden());
    await desktop.end();
    const { reason, final } = await told("disconnected");
    assert.deepEqual({ reason, final }, { reason: "session_ended", final: true });
  });

  it("sends nothing while it only watches, whatever it may", async (t) => {
    const { desktop, page } = on;
    if (!desktop.paint) return t.skip("needs a page of the same origin");
    const sent = on.sent();
    await desktop.signIn(page.context(), "interactive");
    await embed(`${desktop.address}?watch=1`);
    assert.equal((await told("connected")).role, "view");
    assert.equal((await told("control")).control, "agent");
    const before = await desktop.pointer();
    const handshake = sent.frames.length;
    for (const id of ["take", "keys", "clipboard"]) assert.ok(await frame().locator(`#${id}`).isHidden(), id);
    assert.equal(await frame().locator("#role").textContent(), "View only");
    await act();
    await desktop.change(); // its picture comes after the input would have gone out
    await until(() => sent.frames.length > handshake, "the viewer still asks for pictures");
    assert.deepEqual(sent.input(0), []);
    assert.deepEqual(await desktop.pointer(), before);
    await tell({ type: "take_control" });
    assert.equal((await told("control_refused")).error, "this view only shows the desktop");
    assert.ok(!desktop.asked.some((call) => call.startsWith("POST")));
  });

  it("is switched between watching and acting, and takes and hands back control, as it is told", async (t) => {
    const { desktop, page } = on;
    if (!desktop.paint) return t.skip("needs a page of the same origin");
    const sent = on.sent();
    await desktop.signIn(page.context(), "interactive");
    await embed(`${desktop.address}?embed=1&watch=1`);
    await told("control", { control: "agent" });
    assert.deepEqual(sent.input(0), []);
    await tell({ type: "watch", watch: false });
    await told("control", { control: "shared" });
    await tell({ type: "take_control" });
    await told("control", { control: "you" });
    await desktop.openTerminal();
    await frame().locator("#screen canvas").click({ position: { x: 600, y: 200 } });
    await page.keyboard.type("embedded");
    await page.keyboard.press("Enter");
    await until(async () => (await desktop.typed()).includes("embedded\n"), "the keys arrive");
    assert.ok(sent.saysCapabilities(), "the clipboard can be shared from now on");
    await tell({ type: "return_control" });
    await told("control", { control: "shared" });
    await tell({ type: "watch", watch: true });
    await told("control", { control: "agent" });
    await until(() => frame().locator("#role").textContent().then((text) => text === "View only"), "it only watches");
    const count = sent.frames.length;
    await act();
    await desktop.change();
    await until(() => sent.frames.length > count, "the viewer still asks for pictures");
    assert.deepEqual(sent.input(count), []);
  });

  it("says why control cannot be taken", async (t) => {
    const { desktop } = on;
    if (!desktop.paint) return t.skip("needs a page of the same origin");
    await embed((await desktop.open("interactive")).replace("#", "?embed=1#"));
    await told("control", { control: "shared" });
    desktop.drop();
    await tell({ type: "take_control" });
    assert.ok((await told("control_refused")).error);
    desktop.restore();
    await told("control", { control: "shared" });
  });

  it("holds no stream of events when the page around it has one, and looks when it is told to", async (t) => {
    const { desktop, page } = on;
    if (!desktop.paint) return t.skip("needs the stand-in server");
    await desktop.signIn(page.context(), "view");
    const from = desktop.asked.length;
    await embed(`${desktop.address}?embed=1&events=0`);
    await told("control", { control: "agent" });
    desktop.control(true);
    await forget();
    await tell({ type: "refresh" });
    await told("control", { control: "person" });
    assert.ok(desktop.asked.slice(from).every((call) => call.endsWith("/state")), String(desktop.asked.slice(from)));
    desktop.control(false);
  });

  it("hears only the page around it", async (t) => {
    const { desktop, page } = on;
    if (!desktop.paint) return t.skip("needs the stand-in server");
    await desktop.signIn(page.context(), "interactive");
    await embed(`${desktop.address}?watch=1&events=0`);
    await told("control", { control: "agent" });
    const from = desktop.asked.length;
    await page.evaluate(() => {
      const other = document.createElement("iframe");
      document.body.append(other);
      const script = other.contentDocument.createElement("script");
      script.textContent = `parent.frames[0].postMessage({ source: "nen-embedder", version: 1, type: "watch", watch: false }, "*")`;
      other.contentDocument.body.append(script);
    });
    await tell({ type: "nothing it knows" });
    await tell({ type: "refresh" });
    await until(() => desktop.asked.slice(from).some((call) => call.endsWith("/state")), "it has heard the last of them");
    assert.equal(await frame().locator("#role").textContent(), "View only");
  });

  it("is for pages of other origins by a link only, not by the cookie", async (t) => {
    const { desktop, page } = on;
    if (!desktop.paint) return t.skip("needs the stand-in server");
    const other = createServer((_, response) => response.setHeader("content-type", "text/html").end("<!doctype html><body></body>"));
    await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      const origin = `http://127.0.0.1:${other.address().port}`;
      await desktop.signIn(page.context(), "interactive");
      const from = desktop.asked.length;
      await embed(`${desktop.address}?embed=1`, origin);
      const { reason, final } = await told("disconnected");
      assert.deepEqual({ reason, final }, { reason: "token_missing", final: true });
      assert.equal(desktop.asked.length, from);
      await page.goto(`${origin}/again`);
      await embed((await desktop.open("interactive")).replace("#", "?embed=1#"), origin);
      assert.equal((await told("connected")).role, "interactive");
      await tell({ type: "take_control" });
      await told("control", { control: "you" });
      await tell({ type: "return_control" });
      await told("control", { control: "shared" });
      on.trouble = on.trouble.filter((line) => !line.includes(origin));
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
    }
  });
});
