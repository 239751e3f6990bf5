import assert from "node:assert/strict";
import { test } from "node:test";
import { Nen } from "../src/index.js";
import { serve } from "./fake-server.js";

const CLICK = {
  number: 1,
  at: 1795362805.25,
  duration_ms: 12.5,
  actor: "agent",
  call: "computer.left_click",
  args: { start_coordinate: [1, 2] },
  status: "ok",
  coordinate: [640, 400],
  changed: true,
  screenshot: "/desktops/dsk_a/tool-logs/17/screenshot",
};
const QUESTION = {
  number: 2,
  at: 1795362806,
  duration_ms: null,
  actor: "agent",
  call: "agent.execute",
  args: {},
  status: "running",
  output: { some_name: 1 },
  of_step: 4,
  reasoning: "The form is empty.",
  model: "claude-sonnet-4-6",
  input_tokens: 1200,
  cached_tokens: 1000,
  output_tokens: 40,
  cost_usd: 0.0021,
  latency_ms: 2100.5,
  actions: [{ action: "left_click", start_coordinate: [1, 2] }],
};
const REPLAY = {
  version: 1,
  kind: "desktop",
  id: "dsk_a",
  title: "Invoices",
  display: { width: 1280, height: 800 },
  started_at: 1795362805.25,
  ended_at: null,
  steps: [CLICK, QUESTION],
};

test("replays of desktops and runs are read, and what is not Nen's in them stays as it is", async () => {
  await using server = await serve(() => ({ json: REPLAY }));
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" });
  const replay = await nen.desktop("dsk_a").replay();
  const [click, question] = replay.steps;
  assert.equal(click?.durationMs, 12.5);
  assert.deepEqual(click?.args, { start_coordinate: [1, 2] });
  assert.equal(question?.ofStep, 4);
  assert.deepEqual(question?.output, { some_name: 1 });
  assert.deepEqual(question?.actions, QUESTION.actions);
  assert.deepEqual([question?.costUsd, question?.latencyMs, question?.cachedTokens], [0.0021, 2100.5, 1000]);
  assert.equal(replay.display?.width, 1280);
  assert.deepEqual(replay.raw, REPLAY);
  await nen.runs.replay("run/1", { images: "inline" });
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ["/desktops/dsk_a/replay", "/runs/run%2F1/replay?images=inline"],
  );
});

test("animations are downloads, and the speed is the caller's", async () => {
  await using server = await serve(() => ({ headers: { "content-type": "image/webp" }, text: "RIFF" }));
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" });
  const animation = await nen.desktop("dsk_a").replayAnimation({ speed: 8 });
  assert.equal(animation.mediaType, "image/webp");
  assert.equal(await animation.text(), "RIFF");
  await (await nen.runs.replayAnimation("run_a")).cancel();
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ["/desktops/dsk_a/replay.webp?speed=8", "/runs/run_a/replay.webp"],
  );
});

test("a page in place of an animation is no animation", async () => {
  await using server = await serve(() => ({ headers: { "content-type": "text/html" }, text: "<!doctype html>" }));
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" });
  await assert.rejects(nen.runs.replayAnimation("run_a"), { name: "NenDesktopContractError" });
});

test("the picture after an action is had by its entry's number or by the path that the entry has", async () => {
  const headers = { "content-type": "image/png", etag: '"a"' };
  const entries = [{ id: 18, screenshot: "/desktops/dsk_a/tool-logs/17/screenshot" }, { id: 19 }];
  await using server = await serve(({ url, headers: { "if-none-match": known } }) => {
    if (url === "/desktops/dsk_a/tool-logs") return { json: entries };
    return known ? { status: 304, headers } : { headers, text: "png" };
  });
  const desktop = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" }).desktop("dsk_a");
  const [first, second] = await desktop.toolLogs();
  assert.equal(second?.screenshot, undefined);
  const picture = await desktop.toolLogScreenshot(first?.screenshot ?? "");
  assert.equal(picture.etag, '"a"');
  assert.equal(await picture.text(), "png");
  assert.ok((await desktop.toolLogScreenshot(17, { ifNoneMatch: '"a"' })).notModified);
  await assert.rejects(desktop.toolLogScreenshot(""), { name: "TypeError" });
  await assert.rejects(desktop.toolLogScreenshot("/"), { name: "TypeError" });
  assert.deepEqual(
    server.seen.slice(1).map(({ url }) => url),
    ["/desktops/dsk_a/tool-logs/17/screenshot", "/desktops/dsk_a/tool-logs/17/screenshot"],
  );
});

test("use, limits and models are read", async () => {
  const day = { day: "2026-11-26", desktop_hours: 1.25, actions: 310, runs: 4, runs_failed: 1, model_cost_usd: 0.42 };
  const limits = { desktops: { used: 3, most: 16 }, runs: { used: 1, most: 4 } };
  const usage = { workspace_id: "ws_default", days: [{ ...day, input_tokens: 5, output_tokens: 6 }], limits };
  const provider = { name: "anthropic", configured: true, key_variable: "ANTHROPIC_API_KEY" };
  const providers = [{ ...provider, models: ["claude-sonnet-4-6"] }];
  const models = { default: "claude-sonnet-4-6", default_usable: true, providers, aliases: [{ name: "own" }] };
  await using server = await serve([{ json: usage }, { json: usage }, { json: models }]);
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test" });
  const used = await nen.usage({ days: 7 });
  assert.deepEqual([used.days[0]?.desktopHours, used.days[0]?.modelCostUsd, used.days[0]?.runsFailed], [1.25, 0.42, 1]);
  assert.deepEqual({ ...used.limits.desktops }, { used: 3, most: 16 });
  assert.deepEqual(used.limits.runs.raw, { used: 1, most: 4 });
  await nen.usage();
  const known = await nen.models();
  assert.deepEqual([known.default, known.defaultUsable], ["claude-sonnet-4-6", true]);
  assert.deepEqual(known.providers[0]?.models, ["claude-sonnet-4-6"]);
  assert.equal(known.providers[0]?.keyVariable, "ANTHROPIC_API_KEY");
  assert.equal(known.aliases[0]?.name, "own");
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ["/usage?days=7", "/usage", "/models"],
  );
});
