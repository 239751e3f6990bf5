import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ConflictError,
  type ConnectionError,
  Nen,
  type NenOptions,
  type RateLimitError,
  ServerError,
} from "../src/index.js";
import { pauseBefore, retryAfterSeconds } from "../src/retry.js";
import { type Answer, DESKTOP, type FakeServer, type Reply, serve } from "./fake-server.js";

const BUSY: Reply = { status: 503, json: { error: "no room" } };
const DONE: Reply = { json: { status: "ok" } };
const broken: Answer = (_, response) => {
  response.destroy();
  return undefined;
};

// Pauses are there, but take no time.
function client({ url }: FakeServer, options: NenOptions = {}): Nen {
  return new Nen({ baseUrl: url, apiKey: "sk_nen_test", maxRetryDelay: 0, ...options });
}

for (const status of [429, 502, 503, 504]) {
  test(`what only looks is asked again after ${status}`, async () => {
    await using server = await serve([{ status, json: { error: "busy" } }, { json: [DESKTOP] }]);
    assert.equal((await client(server).listDesktops()).length, 1);
    assert.equal(server.seen.length, 2);
  });
}

for (const status of [400, 401, 403, 404, 409, 422, 500]) {
  test(`nothing is asked again after ${status}`, async () => {
    await using server = await serve(() => ({ status, json: { error: "no" } }));
    await assert.rejects(client(server).listDesktops(), { statusCode: status });
    assert.equal(server.seen.length, 1);
  });
}

test("a connection that breaks off before or within the answer is made again", async () => {
  const cut: Answer = (_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write("[{", () => response.destroy());
    return undefined;
  };
  await using server = await serve([broken, cut, { json: [] }]);
  assert.deepEqual(await client(server).listDesktops(), []);
  assert.equal(server.seen.length, 3);
});

test("two repetitions are the most unless more are asked for", async () => {
  await using server = await serve(() => BUSY);
  await assert.rejects(client(server).listDesktops(), ServerError);
  assert.equal(server.seen.length, 3);
  await assert.rejects(client(server, { maxRetries: 0 }).listDesktops(), ServerError);
  assert.equal(server.seen.length, 4);
  await assert.rejects(client(server).listDesktops({ maxRetries: 4 }), ServerError);
  assert.equal(server.seen.length, 9);
});

test("a creation is repeated under one idempotency key, which is another for the next", async () => {
  const running: Reply = { status: 409, headers: { "retry-after": "0" }, json: { error: "still running" } };
  await using server = await serve([broken, running, { status: 201, json: DESKTOP }, { status: 201, json: DESKTOP }]);
  const nen = client(server);
  await nen.createDesktop();
  await nen.desktops.create();
  const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
  assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
  assert.deepEqual(keys.slice(0, 3), [keys[0], keys[0], keys[0]]);
  assert.notEqual(keys[3], keys[0]);
});

test("every creation has an idempotency key", async () => {
  await using server = await serve(() => ({ status: 201, json: {} }));
  const nen = client(server);
  await nen.workflows.create({ name: "a", files: [] });
  await nen.runs.start({ workflowId: "a" });
  await nen.keys.create({ name: "a", scopes: ["admin"] });
  for (const { headers } of server.seen) assert.match(String(headers["idempotency-key"]), /^[0-9a-f]{32}$/);
});

test("a creation without an idempotency key is not repeated", async () => {
  await using server = await serve(() => BUSY);
  await assert.rejects(client(server).desktops.create({}, { idempotencyKey: null }), ServerError);
  assert.equal(server.seen.length, 1);
  assert.equal(server.seen[0]?.headers["idempotency-key"], undefined);
});

test("an idempotency key of the caller's is sent as it is", async () => {
  await using server = await serve([{ status: 201, json: DESKTOP }]);
  await client(server).createDesktop({}, { idempotencyKey: "mine" });
  assert.equal(server.seen[0]?.headers["idempotency-key"], "mine");
});

const acting: Record<string, (nen: Nen) => Promise<unknown>> = {
  execute: (nen) => nen.leftClick("dsk_a", 1, 2),
  "a batch": (nen) => nen.desktop("dsk_a").batch([{ tool: "computer", action: "wait" }]),
  calls: (nen) => nen.desktop("dsk_a").calls([], { dialect: "anthropic" }),
  "the agent": (nen) => nen.desktop("dsk_a").agent.execute("do it"),
  "an upload": (nen) => nen.uploadFile("dsk_a", "a.txt", "text"),
  "a rotation of a secret": (nen) => nen.settings.rotateWebhookSecret(),
};
for (const [name, act] of Object.entries(acting)) {
  test(`${name} is never repeated once it may have arrived`, async () => {
    await using server = await serve([broken, BUSY]);
    await assert.rejects(act(client(server)), (error: ConnectionError) => error.mayHaveArrived);
    await assert.rejects(act(client(server)), ServerError);
    assert.equal(server.seen.length, 2);
  });
}

test("an action that did not arrive is sent again", async () => {
  await using server = await serve([DONE]);
  let attempts = 0;
  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  const nen = client(server, {
    fetch: async (...asked) => {
      attempts += 1;
      if (attempts === 1) throw new TypeError("fetch failed", { cause: refused });
      return fetch(...asked);
    },
  });
  assert.equal((await nen.typeText("dsk_a", "once")).status, "ok");
  assert.equal(attempts, 2);
  assert.equal(server.seen.length, 1);
});

test("a file is written again, but nothing is added to one again, and no stream is read twice", async () => {
  await using server = await serve([BUSY, { status: 204 }, BUSY, BUSY]);
  const { fs } = client(server).desktop("dsk_a");
  await fs.write("/a", "whole");
  assert.deepEqual(
    server.seen.map(({ body }) => body.toString()),
    ["whole", "whole"],
  );
  await assert.rejects(fs.write("/a", "more", { append: true }), ServerError);
  await assert.rejects(fs.write("/a", new Blob(["piece"]).stream()), ServerError);
  assert.equal(server.seen.length, 4);
});

test("a deletion whose answer was lost is done when there is nothing left to delete", async () => {
  const gone: Reply = { status: 404, json: { error: "no desktop with this id in this workspace" } };
  await using server = await serve([broken, gone, broken, gone, gone]);
  const nen = client(server);
  assert.deepEqual({ ...(await nen.deleteDesktop("dsk_a")) }, { desktopId: "dsk_a", status: "deleted" });
  await nen.keys.revoke("key_a");
  await assert.rejects(nen.deleteDesktop("dsk_a"), { name: "NotFoundError" });
});

test("a longer pause than is allowed is not waited for, and said", async () => {
  await using server = await serve(() => ({ status: 429, headers: { "retry-after": "31" }, json: { error: "full" } }));
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" });
  await assert.rejects(nen.listDesktops(), (error: RateLimitError) => error.retryAfter === 31);
  assert.equal(server.seen.length, 1);
});

test("a pause ends when the caller leaves", async () => {
  const leaving = new AbortController();
  await using server = await serve(() => {
    setImmediate(() => leaving.abort(new Error("left")));
    return { status: 503, headers: { "retry-after": "20" }, json: { error: "no room" } };
  });
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" });
  await assert.rejects(nen.listDesktops({ signal: leaving.signal }), { message: "left" });
});

test("a conflict that is none of idempotency is not repeated", async () => {
  await using server = await serve(() => ({ status: 409, json: { error: "a person holds this desktop" } }));
  await assert.rejects(client(server).resumeDesktop("dsk_a"), ConflictError);
  assert.equal(server.seen.length, 1);
});

test("pauses double from half a second, up to half sooner, never beyond the longest", () => {
  const longest = [1, 2, 3, 4, 9].map((attempt) => pauseBefore(attempt, undefined, 3000, () => 0));
  assert.deepEqual(longest, [500, 1000, 2000, 3000, 3000]);
  assert.equal(
    pauseBefore(1, undefined, 3000, () => 1),
    250,
  );
  assert.equal(pauseBefore(1, 2, 3000), 2000);
  assert.equal(pauseBefore(1, 3.001, 3000), undefined);
});

test("Retry-After is read as seconds and as a date", () => {
  const now = Date.parse("Thu, 26 Nov 2026 12:00:00 GMT");
  assert.equal(retryAfterSeconds("5", now), 5);
  assert.equal(retryAfterSeconds("Thu, 26 Nov 2026 12:00:07 GMT", now), 7);
  assert.equal(retryAfterSeconds("Thu, 26 Nov 2026 11:00:00 GMT", now), 0);
  assert.equal(retryAfterSeconds("soon", now), undefined);
  assert.equal(retryAfterSeconds(null, now), undefined);
});
