// Sign-in, events of the workspace, replays, use and models on a real server, where NEN_API_URL and NEN_API_KEY say which.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DesktopHandle, Nen, NotFoundError } from "../src/index.js";

const isSkipped =
  process.env["NEN_API_URL"] && process.env["NEN_API_KEY"] ? false : "NEN_API_URL and NEN_API_KEY are not set";

/** What a browser does with cookies, and the origin that it says it is on. */
function browser(origin: string): typeof fetch {
  let cookie = "";
  return async (url, init) => {
    const headers = { ...(init?.headers as Record<string, string>), origin, ...(cookie && { cookie }) };
    const response = await fetch(url, { ...init, headers });
    for (const set of response.headers.getSetCookie()) cookie = set.split(";")[0] ?? "";
    return response;
  };
}

function start(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 16));
}

describe("a workspace on a real server", { skip: isSkipped }, () => {
  let nen: Nen;
  let desktop: DesktopHandle;

  before(async () => {
    nen = new Nen();
    desktop = await nen.desktops.create({ metadata: { suite: "nen-client" }, network: "none" });
  });
  after(() => desktop?.delete());

  test("knows who calls", async () => {
    const { keyId, scopes, workspaceId } = await nen.auth.identity();
    assert.match(keyId, /^key_/);
    assert.ok(scopes.includes("admin"));
    assert.equal(workspaceId, (await nen.settings.get()).workspaceId);
  });

  test("signs a browser in by key and by link, once, and out again", async () => {
    const baseUrl = process.env["NEN_API_URL"] ?? "";
    const { origin } = new URL(baseUrl);
    const key = process.env["NEN_API_KEY"] ?? "";
    const { href, expiresAt } = await nen.auth.link();
    assert.ok(expiresAt > Date.now() / 1000);
    const code = href.slice(href.lastIndexOf("/") + 1);
    for (const how of [{ key }, { code }]) {
      const page = new Nen({ baseUrl, apiKey: null, credentials: "same-origin", fetch: browser(origin) });
      await assert.rejects(page.auth.identity(), { name: "AuthenticationError" });
      assert.deepEqual((await page.auth.signIn(how)).scopes, ["admin"]);
      assert.equal((await page.auth.identity()).name, (await nen.auth.identity()).name);
      await page.desktop(desktop.id).rename("by a browser");
      await page.auth.signOut();
      await assert.rejects(page.auth.identity(), { name: "AuthenticationError" });
      await page.auth.signOut();
    }
    const late = new Nen({ baseUrl, apiKey: null, credentials: "same-origin", fetch: browser(origin) });
    await assert.rejects(late.auth.signIn({ code }), { name: "AuthenticationError", sentence: /used before|too old/ });
  });

  test("tells of an action and of its picture, which can be had", async () => {
    let path: string | undefined;
    let actions = 0;
    for await (const { kind, desktopId, data } of nen.events()) {
      if (kind === "connected") {
        assert.deepEqual(data, { again: false });
        await desktop.leftClick(300, 200);
      }
      if (desktopId !== desktop.id) continue;
      if (kind === "action") actions += 1;
      if (kind === "picture") {
        path = (data as { screenshot: string }).screenshot;
        break;
      }
    }
    assert.equal(actions, 1);
    const picture = await desktop.toolLogScreenshot(path ?? "");
    assert.equal(picture.mediaType, "image/png");
    assert.equal(start(await picture.bytes()).slice(1, 4), "PNG");
    assert.ok((await desktop.toolLogScreenshot(path ?? "", { ifNoneMatch: picture.etag ?? "" })).notModified);
    const last = (await desktop.toolLogs()).at(-1);
    assert.equal(last?.screenshot, path);
  });

  test("replays what was done, with pictures, and as an animation", async () => {
    const replay = await desktop.replay();
    assert.deepEqual([replay.kind, replay.id, replay.display?.width], ["desktop", desktop.id, 1280]);
    const click = replay.steps.find(({ call }) => call === "computer.left_click");
    assert.deepEqual([click?.status, click?.coordinate], ["ok", [300, 200]]);
    const kept = (await desktop.replay({ images: "inline" })).steps.find(({ number }) => number === click?.number);
    assert.match(kept?.screenshot ?? "", /^data:image\/png;base64,/);
    const animation = await desktop.replayAnimation({ speed: 8 });
    assert.match(start(await animation.bytes()), /^RIFF....WEBP/s);
    await assert.rejects(desktop.replayAnimation({ speed: 0 }), { statusCode: 400 });
    await assert.rejects(nen.runs.replay("00000000-0000-4000-8000-000000000000"), NotFoundError);
    await assert.rejects(nen.runs.replayAnimation("00000000-0000-4000-8000-000000000000"), NotFoundError);
  });

  test("leaves a paused desktop alone when asked to, and replays one that is gone", async () => {
    const other = await nen.desktops.create({ metadata: { suite: "nen-client" }, network: "none" });
    await other.leftClick(20, 30);
    await other.pause();
    await assert.rejects(other.picture({ peek: true }), { name: "ConflictError" });
    assert.equal((await other.refresh()).status, "paused");
    await other.delete();
    const gone = await nen.desktops.list({ metadata: { suite: "nen-client" }, deleted: true });
    assert.ok(gone.some(({ id, status }) => id === other.id && status === "deleted"));
    assert.ok((await other.replay()).steps.some(({ call }) => call === "computer.left_click"));
  });

  test("says what was used, and which models there are", async () => {
    const today = (): string => new Date().toISOString().slice(0, 10);
    const asked = today();
    const usage = await nen.usage({ days: 2 });
    assert.equal(usage.days.length, 2);
    assert.ok([asked, today()].includes(usage.days[1]?.day ?? ""));
    assert.ok((usage.days[1]?.actions ?? 0) >= 1);
    assert.ok(usage.limits.desktops.used >= 1 && usage.limits.desktops.most >= usage.limits.desktops.used);
    const models = await nen.models();
    assert.ok(models.providers.some(({ name, models }) => name === "anthropic" && models.length > 0));
  });
});
