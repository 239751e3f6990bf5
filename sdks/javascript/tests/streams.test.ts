import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { DesktopEvent, LogRecord } from "../src/index.js";
import { serverSentEvents } from "../src/sse.js";
import { linesOf } from "../src/stream.js";
import { type Answer, type Reply, serve } from "./fake-server.js";
import { all, client, cut, EVENTS, open, withResolvers } from "./streaming.js";

const RECORDS = { "content-type": "application/x-ndjson" };
const GONE: Reply = { status: 404, json: { error: "no desktop with this id in this workspace" } };

function event(id: number, kind: string): string {
  return `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify({ id, kind, at: id + 0.5, data: { by: "idle" } })}\n\n`;
}

function record(seq: number): string {
  return `${JSON.stringify({ seq, at: seq + 0.5, stream: "stdout", text: `line ${seq}` })}\n`;
}

function run(status: string, finished?: number): Reply {
  return { json: { message_id: "run_a", run_status: status, ...(finished && { finished_at: finished }) } };
}

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

for (const size of [1, 2, 3, 7, 1000]) {
  test(`lines with any end are found in pieces of ${size} bytes`, async () => {
    const text = "ä\r\nb\n\r\nc\rd\n\ne";
    assert.deepEqual(await all(linesOf(pieces(text, size))), ["ä", "b", "", "c", "d", "", "e"]);
  });

  test(`events are read as the standard says, in pieces of ${size} bytes`, async () => {
    const text =
      ": hello\n\nid: 7\nevent: a\ndata: one\ndata:two\n\ndata: x\r\nunknown: y\r\nretry: 5\r\n\r\nevent: none\n\ndata: cut";
    assert.deepEqual(await all(serverSentEvents(linesOf(pieces(text, size)))), [
      { id: "7", event: "a", data: "one\ntwo" },
      { id: undefined, event: "message", data: "x" },
    ]);
  });
}

test("events go on where they were over broken connections, until the desktop is deleted", async () => {
  const begun = `: alive\n\n${event(1, "desktop.paused")}${event(2, "desktop.resumed")}id: 3\nevent: cut`;
  const rest = `event: lagged\ndata: {"lost":5}\n\n${event(3, "action")}${event(4, "desktop.deleted")}${event(5, "never")}`;
  await using server = await serve([
    (_, response) => cut(response, EVENTS, begun),
    { status: 503, json: { error: "starting" } },
    { headers: EVENTS, text: rest },
  ]);
  const seen = await all(client(server).desktop("dsk_a").events());
  assert.deepEqual(
    seen.map(({ id, kind }) => [id, kind]),
    [
      [1, "desktop.paused"],
      [2, "desktop.resumed"],
      [undefined, "lagged"],
      [3, "action"],
      [4, "desktop.deleted"],
    ],
  );
  assert.deepEqual({ ...seen[0] }, { id: 1, kind: "desktop.paused", at: 1.5, data: { by: "idle" } });
  assert.deepEqual(seen[0]?.raw, { id: 1, kind: "desktop.paused", at: 1.5, data: { by: "idle" } });
  assert.deepEqual(seen[2]?.data, { lost: 5 });
  assert.deepEqual(
    server.seen.map(({ headers }) => headers["last-event-id"]),
    [undefined, "2", "2"],
  );
});

test("events of a desktop that is gone at the next connection end; of one that never was they fail", async () => {
  await using server = await serve([{ headers: EVENTS, text: event(1, "desktop.paused") }, GONE, GONE]);
  const desktop = client(server).desktop("dsk_a");
  assert.equal((await all(desktop.events({ lastEventId: 0 }))).length, 1);
  assert.equal(server.seen[0]?.headers["last-event-id"], "0");
  await assert.rejects(all(desktop.events()), { name: "NotFoundError" });
});

test("who stops reading events leaves no connection behind", async () => {
  const closed = withResolvers();
  await using server = await serve((_, response) => {
    response.once("close", () => closed.resolve());
    return open(response, EVENTS, event(1, "desktop.paused"));
  });
  for await (const seen of client(server).desktop("dsk_a").events()) {
    assert.equal(seen.kind, "desktop.paused");
    break;
  }
  await closed.promise;
});

test("events end with the caller's reason", async () => {
  await using server = await serve((_, response) => open(response, EVENTS, event(1, "desktop.paused")));
  const leaving = new AbortController();
  const seen: DesktopEvent[] = [];
  const reading = (async () => {
    for await (const one of client(server).desktop("dsk_a").events({ signal: leaving.signal })) {
      seen.push(one);
      leaving.abort(new Error("left"));
    }
  })();
  await assert.rejects(reading, { message: "left" });
  assert.equal(seen.length, 1);
});

test("a silent event stream is dead, since a living one shows itself", async () => {
  const silent: Answer = (_, response) => open(response, EVENTS, event(1, "desktop.paused"));
  await using server = await serve([silent, { headers: EVENTS, text: event(2, "desktop.deleted") }]);
  const seen = await all(client(server, { silenceTimeout: 250 }).desktop("dsk_a").events());
  assert.deepEqual(
    seen.map(({ id }) => id),
    [1, 2],
  );
});

test("the log so far is had as text and as records", async () => {
  await using server = await serve(({ headers }) =>
    headers.accept === "text/plain"
      ? { headers: { "content-type": "text/plain; charset=utf-8" }, text: "time stdout ä\n" }
      : { headers: RECORDS, text: record(3) + record(4) },
  );
  const { runs } = client(server);
  assert.equal(await runs.logText("run_a"), "time stdout ä\n");
  const [first, second] = await all(runs.logs("run_a", { after: 2 }));
  assert.deepEqual({ ...first }, { seq: 3, at: 3.5, stream: "stdout", text: "line 3" });
  assert.equal(second?.seq, 4);
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ["/runs/run_a/logs", "/runs/run_a/logs?after=2"],
  );
});

test("a log is followed over broken, ended and silent connections until its run has ended", async () => {
  const broken: Answer = (_, response) => cut(response, RECORDS, `${record(1)}{"seq":2,"at`);
  const silent: Answer = (_, response) => open(response, RECORDS, record(3));
  const ended: Reply = { headers: RECORDS, text: record(2) };
  const last: Reply = { headers: RECORDS, text: record(4) };
  const going = run("running");
  await using server = await serve([broken, ended, going, silent, going, last, run("brand_new", 5)]);
  const lines: LogRecord[] = [];
  const log = client(server, { silenceTimeout: 250 }).runs.followLogs("run_a");
  for (;;) {
    const { done, value } = await log.next();
    if (done) {
      assert.equal(value.runStatus, "brand_new");
      break;
    }
    lines.push(value);
  }
  assert.deepEqual(
    lines.map(({ seq }) => seq),
    [1, 2, 3, 4],
  );
  assert.deepEqual(
    server.seen.map(({ url }) => url.replace("/runs/run_a", "")),
    [
      "/logs?follow=true",
      "/logs?after=1&follow=true",
      "",
      "/logs?after=2&follow=true",
      "",
      "/logs?after=3&follow=true",
      "",
    ],
  );
});

test("waiting for a run looks, waits without asking, and looks again at the end", async () => {
  const end = new EventTarget();
  const following: Answer = async (_, response) => {
    open(response, RECORDS, "");
    setImmediate(() => end.dispatchEvent(new Event("over")));
    await once(end, "over");
    response.end();
    return undefined;
  };
  await using server = await serve([run("running"), following, run("failed", 9), run("completed", 9)]);
  const { runs } = client(server);
  assert.equal((await runs.wait("run_a")).runStatus, "failed");
  assert.equal(server.seen.length, 3);
  assert.equal((await runs.wait("run_a")).runStatus, "completed");
  assert.equal(server.seen.length, 4);
});

test("waiting for a run ends after the time that was given", async () => {
  await using server = await serve(({ url }, response) =>
    url.includes("logs") ? open(response, RECORDS, "") : run("running"),
  );
  const message = "run run_a has not ended within 0.05 s";
  await assert.rejects(client(server).runs.wait("run_a", { timeout: 50 }), { name: "TimeoutError", message });
});

test("runs are listed page by page as they are read", async () => {
  const page = (ids: string[], cursor?: string): Reply => ({
    json: { runs: ids.map((id) => ({ message_id: id })), ...(cursor && { next_cursor: cursor }) },
  });
  await using server = await serve([page(["a", "b"], "c1"), page(["c"])]);
  const found = await all(client(server).runs.list({ workflowId: "w", limit: 2 }));
  assert.deepEqual(
    found.map(({ messageId }) => messageId),
    ["a", "b", "c"],
  );
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ["/runs?workflow_id=w&limit=2", "/runs?workflow_id=w&limit=2&cursor=c1"],
  );
});

test("a run with secrets is not sent unsigned", async () => {
  await using server = await serve(() => ({ status: 202, json: {} }));
  const start = { workflowId: "w", secureWorkflowParams: { password: "secret" } };
  await assert.rejects(client(server).runs.start(start), {
    name: "TypeError",
    message: /signingSecret.+NEN_SIGNING_SECRET/,
  });
  assert.equal(server.seen.length, 0);
});

test("a server that ends every stream at once is not asked for ever", async () => {
  await using server = await serve(() => ({ headers: EVENTS, text: "" }));
  const reading = all(client(server).desktop("dsk_a").events());
  await assert.rejects(reading, { name: "ConnectionError", message: /ended the stream each time/ });
  assert.equal(server.seen.length, 9);
});
