import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkspaceEvent } from "../src/index.js";
import { closedPort, type Reply, serve } from "./fake-server.js";
import { all, client, cut, EVENTS, open, withResolvers } from "./streaming.js";

const SIGNED_OUT: Reply = { status: 401, json: { error: "nobody is signed in" } };

function event(desktop: string, id: number, kind: string): string {
  const data = { desktop_id: desktop, id, kind, at: id + 0.5, data: { by_name: "idle" } };
  return `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** All events up to the one that the stream breaks with, and what it breaks with. */
async function upToError(events: AsyncIterable<WorkspaceEvent>): Promise<{ seen: WorkspaceEvent[]; error: unknown }> {
  const seen: WorkspaceEvent[] = [];
  try {
    for await (const one of events) seen.push(one);
  } catch (error) {
    return { seen, error };
  }
  return { seen, error: undefined };
}

function told(seen: readonly WorkspaceEvent[]): unknown[] {
  return seen.map(({ desktopId, id, kind, data }) => (desktopId === undefined ? [kind, data] : [desktopId, id, kind]));
}

test("events of all desktops come over broken and ended connections, and each connection says that it begins", async () => {
  const begun = `: alive\n\n${event("dsk_a", 7, "desktop.created")}${event("dsk_b", 3, "action")}id: 8\nevent: cut`;
  const rest = `event: lagged\ndata: {"lost":5}\n\n${event("dsk_a", 9, "picture")}`;
  await using server = await serve([
    (_, response) => cut(response, EVENTS, begun),
    { status: 503, json: { error: "starting" } },
    { headers: EVENTS, text: rest },
    SIGNED_OUT,
  ]);
  const { seen, error } = await upToError(client(server).events());
  const [disconnected] = seen.filter(({ kind }) => kind === "disconnected");
  const { error: why } = (disconnected as WorkspaceEvent).data as { error: string };
  assert.match(why, /gave no complete answer to GET \/events/);
  assert.deepEqual(told(seen), [
    ["connected", { again: false }],
    ["dsk_a", 7, "desktop.created"],
    ["dsk_b", 3, "action"],
    ["disconnected", { error: why }],
    ["connected", { again: true }],
    ["lagged", { lost: 5 }],
    ["dsk_a", 9, "picture"],
    ["disconnected", { error: null }],
  ]);
  assert.equal((error as Error).name, "AuthenticationError");
  assert.deepEqual({ ...seen[1], data: 0 }, { desktopId: "dsk_a", id: 7, kind: "desktop.created", at: 7.5, data: 0 });
  assert.deepEqual(seen[1]?.data, { by_name: "idle" });
  assert.equal((seen[1] as WorkspaceEvent).raw["desktop_id"], "dsk_a");
  // An id says nothing about the other desktops.
  assert.ok(server.seen.every(({ url, headers }) => url === "/events" && headers["last-event-id"] === undefined));
});

test("events of a workspace that may not be followed fail, without a word about a connection", async () => {
  await using server = await serve(() => SIGNED_OUT);
  assert.deepEqual((await upToError(client(server).events())).seen, []);
});

test("who leaves at the first event leaves no connection behind", async () => {
  const closed = withResolvers();
  await using server = await serve((_, response) => {
    response.once("close", () => closed.resolve());
    return open(response, EVENTS, "");
  });
  for await (const { kind } of client(server).events()) {
    assert.equal(kind, "connected");
    break;
  }
  await closed.promise;
});

test("connections that only begin are not made for ever, unless that is wanted", async () => {
  const ended: Reply = { headers: EVENTS, text: ": alive\n\n" };
  {
    await using server = await serve(() => ended);
    const { error } = await upToError(client(server).events());
    assert.match((error as Error).message, /ended the stream each time/);
    assert.equal(server.seen.length, 9);
  }
  {
    await using server = await serve(() => (server.seen.length < 30 ? ended : SIGNED_OUT));
    const { error } = await upToError(client(server).events({ maxRetries: Number.POSITIVE_INFINITY }));
    assert.equal((error as Error).name, "AuthenticationError");
  }
  await using server = await serve(() => ended);
  await upToError(client(server).events({ maxRetries: 0 }));
  assert.equal(server.seen.length, 1);
});

test("a connection that held for a while was a good one, also when nothing came", async (context) => {
  let now = 0;
  context.mock.method(performance, "now", () => now);
  await using server = await serve(() =>
    server.seen.length < 30 ? { headers: EVENTS, text: ": alive\n\n" } : SIGNED_OUT,
  );
  const stream = client(server).events();
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const { kind } of stream) {
      seen.push(kind);
      // Each of them is found to have ended half a minute after it began.
      if (kind === "connected") now += 30_000;
    }
  }, /nobody is signed in/);
  assert.equal(seen.filter((kind) => kind === "connected").length, 29);
});

test("the stream ends with the caller's reason, also while it waits for a server that is gone", async () => {
  const leaving = new AbortController();
  await using server = await serve((_, response) => cut(response, EVENTS, ""));
  const nen = client(server, { maxRetryDelay: 60_000 });
  const reading = (async () => {
    for await (const { kind } of nen.events({ signal: leaving.signal, maxRetries: Number.POSITIVE_INFINITY })) {
      if (kind === "disconnected") setImmediate(() => leaving.abort(new Error("left")));
    }
  })();
  await assert.rejects(reading, { message: "left" });
});

test("a server that is not there is said so at once", async () => {
  const url = `http://127.0.0.1:${await closedPort()}`;
  const nen = client({ url } as Parameters<typeof client>[0]);
  await assert.rejects(all(nen.events()), { name: "ConnectionError", mayHaveArrived: false });
});
