import assert from "node:assert/strict";
import { test } from "node:test";
import { computer, imageOf, Nen, NenDesktop } from "../src/index.js";
import { camelCase, fromWire, snakeCase, toWire } from "../src/wire.js";
import { DESKTOP, serve } from "./fake-server.js";

/** Runs `body` with other environment variables. */
function within<T>(environment: Record<string, string | undefined>, body: () => T): T {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    return body();
  } finally {
    process.env = before;
  }
}

test("the environment says where the server is and what the key is, unless the program does", async () => {
  await using server = await serve(() => ({ json: [] }));
  const set = { NEN_API_URL: `${server.url}/`, NEN_API_KEY: "sk_nen_environment" };
  await within(set, () => new Nen()).listDesktops();
  await within(set, () => new Nen({ apiKey: "sk_nen_own" })).listDesktops();
  const keys = server.seen.map(({ headers }) => headers.authorization);
  assert.deepEqual(keys, ["Bearer sk_nen_environment", "Bearer sk_nen_own"]);
});

test("without a key there is no client, unless something else says who calls", () => {
  within({ NEN_API_KEY: undefined, NEN_API_URL: undefined }, () => {
    assert.throws(() => new Nen(), { message: "there is no API key: pass apiKey or set NEN_API_KEY" });
    new Nen({ credentials: "same-origin" });
    new Nen({ fetch });
    new Nen({ apiKey: null });
    new Nen({ headers: { "X-API-Key": "sk_nen_own" } });
  });
});

test("a page of the server itself needs neither key nor address", async () => {
  const asked: [string, RequestInit][] = [];
  const nen = within({ NEN_API_KEY: undefined }, () => {
    const answer = async (url: unknown, init?: RequestInit): Promise<Response> => {
      asked.push([String(url), init ?? {}]);
      return Response.json([]);
    };
    return new Nen({ baseUrl: "", credentials: "include", headers: { "x-csrf": "1" }, fetch: answer });
  });
  await nen.listDesktops({ metadata: { team: "a&b" } });
  const [url, init] = asked[0] ?? [];
  assert.equal(url, "/desktops?metadata.team=a%26b");
  assert.equal(init?.credentials, "include");
  assert.deepEqual(init?.headers, { "x-csrf": "1" });
});

test("a server below a path is found", async () => {
  await using server = await serve(() => ({ json: [] }));
  await new Nen({ baseUrl: `${server.url}/nen/`, apiKey: "sk_nen_test" }).listDesktops();
  assert.equal(server.seen[0]?.url, "/nen/desktops");
});

test("the published name is the same class", () => assert.equal(NenDesktop, Nen));

test("a desktop is deleted at the end of its block, also when it is gone already", async () => {
  const gone = { status: 404, json: { error: "no desktop with this id in this workspace" } };
  const deleted = { json: { desktop_id: "dsk_abc123def456", status: "deleted" } };
  await using server = await serve([{ status: 201, json: DESKTOP }, deleted, { status: 201, json: DESKTOP }, gone]);
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" });
  for (let round = 0; round < 2; round++) {
    await using desktop = await nen.desktops.create();
    assert.equal(desktop.id, "dsk_abc123def456");
  }
  assert.deepEqual(
    server.seen.map(({ method }) => method),
    ["POST", "DELETE", "POST", "DELETE"],
  );
});

test("a handle knows what was last said about its desktop", async () => {
  await using server = await serve([{ json: DESKTOP }, { json: { ...DESKTOP, status: "paused" } }]);
  const desktop = await new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" }).desktops.get("dsk_abc123def456");
  assert.equal(desktop.status, "running");
  await desktop.pause();
  assert.equal(desktop.status, "paused");
  assert.equal(desktop.info?.idleTimeoutSeconds, 1800);
});

test("windows, clipboard and shell answer with what they hold", async () => {
  const window = {
    id: 7,
    title: "Sign in",
    app: "Chromium",
    x: 0,
    y: 0,
    width: 10,
    height: 10,
    focused: true,
    on_top: true,
  };
  const outputs = [JSON.stringify([window]), "copied", "hello\n[exit code 1]"];
  await using server = await serve(() => ({ json: { status: "ok", output: outputs[server.seen.length - 1] } }));
  const desktop = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" }).desktop("dsk_a");
  const [found] = await desktop.windows.list();
  assert.equal(found?.title, "Sign in");
  assert.deepEqual(found?.raw, window);
  assert.equal(await desktop.clipboard.get(), "copied");
  assert.equal(await desktop.bash.run("false", { seconds: 5 }), "hello\n[exit code 1]");
  const [, , shell] = server.seen;
  const action = { tool: "bash", action: "run", params: { command: "false", timeout: 5 } };
  assert.deepEqual(shell?.json(), { action, screenshot: "never" });
});

test("a batch is sent as it was collected, with what is wanted beside it", async () => {
  await using server = await serve(() => ({ json: { status: "ok", results: [{ status: "ok" }] } }));
  const desktop = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" }).desktop("dsk_a");
  const settle = { quietMs: 50, maxMs: 500 };
  const image = { format: "jpeg", maxWidth: 640 } as const;
  await desktop.batch([computer.leftClick(5, 6, { modifiers: "ctrl" }), computer.wait()], { settle, image });
  assert.deepEqual(server.seen[0]?.json(), {
    actions: [
      { tool: "computer", action: "left_click", params: { coordinate: [5, 6], text: "ctrl" } },
      { tool: "computer", action: "wait", params: {} },
    ],
    settle: { quiet_ms: 50, max_ms: 500 },
    image: { format: "jpeg", max_width: 640 },
  });
});

test("a provider's tools and calls go through untouched", async () => {
  const tools = [{ type: "computer_20250124", display_width_px: 1024, someName: { other_name: 1 } }];
  const items = [{ type: "tool_use", id: "toolu_1", input: { action: "left_click", start_coordinate: [1, 2] } }];
  const results = [{ type: "tool_result", tool_use_id: "toolu_1", content: [] }];
  await using server = await serve([{ json: tools }, { json: results }]);
  const desktop = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" }).desktop("dsk_a");
  const options = { dialect: "anthropic", variant: "computer_20250124", displayWidth: 1024, displayHeight: 768 };
  const query = "dialect=anthropic&variant=computer_20250124&display_width=1024&display_height=768";
  assert.deepEqual(await desktop.tools(options), tools);
  assert.deepEqual(await desktop.calls(items, options), results);
  assert.deepEqual(
    server.seen.map(({ method, url }) => `${method} ${url}`),
    [`GET /desktops/dsk_a/tools?${query}`, `POST /desktops/dsk_a/calls?${query}`],
  );
  assert.deepEqual(server.seen[1]?.json(), items);
});

test("model use can be asked for by dates", async () => {
  await using server = await serve(() => ({ json: { days: [] } }));
  const since = new Date("2026-11-01T00:00:00Z");
  await new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" }).settings.modelUse({ since, until: 1795651200 });
  assert.equal(server.seen[0]?.url, "/settings/model-use?since=1793491200&until=1795651200");
});

test("only names of Nen's own are rewritten", () => {
  const raw = {
    desktop_id: "dsk_a",
    metadata: { cost_center: "x" },
    session: { expires_at: 5 },
    brand_new: { inner_name: 1 },
    __proto__: null,
  };
  const read = fromWire<{ raw: unknown }>(raw);
  const session = { expiresAt: 5 };
  assert.equal(read.raw, raw);
  assert.deepEqual({ ...read }, { desktopId: "dsk_a", metadata: raw.metadata, session, brandNew: raw.brand_new });
  assert.ok(!Object.keys(read).includes("raw"));
  const wanted = { startUrl: "http://a", env: { someName: "x" }, onIdle: undefined, display: { width: 1, height: 2 } };
  assert.deepEqual(toWire(wanted), { start_url: "http://a", env: { someName: "x" }, display: { width: 1, height: 2 } });
  for (const name of ["base64_image", "created_at", "workflowId", "a"])
    assert.equal(snakeCase(camelCase(name)), snakeCase(name));
});

test("an answer cannot change what objects are", () => {
  const read = fromWire<Record<string, unknown>>(JSON.parse('{"__proto__": {"polluted": true}, "a_b": 1}'));
  assert.equal(read["aB"], 1);
  assert.equal((read as { polluted?: boolean }).polluted, undefined);
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
});

test("the picture of an answer is had as bytes", () => {
  assert.deepEqual(imageOf({ base64Image: "AAEC" }), { bytes: new Uint8Array([0, 1, 2]), mediaType: "image/png" });
  assert.equal(imageOf({ base64Image: "AAEC", mediaType: "image/jpeg" })?.mediaType, "image/jpeg");
  assert.equal(imageOf({ base64Image: "" }), undefined);
});
