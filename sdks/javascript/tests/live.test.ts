// Against a real server, where NEN_API_URL and NEN_API_KEY say which. One desktop for all, deleted at the end.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { computer, type DesktopHandle, imageOf, Nen, NotFoundError } from "../src/index.js";

const isSkipped =
  process.env["NEN_API_URL"] && process.env["NEN_API_KEY"] ? false : "NEN_API_URL and NEN_API_KEY are not set";
const PNG = [0x89, 0x50, 0x4e, 0x47];

async function* pieces(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at++) yield new Uint8Array(size).fill(at);
}

describe("a real server", { skip: isSkipped }, () => {
  let nen: Nen;
  let desktop: DesktopHandle;

  before(async () => {
    nen = new Nen();
    const metadata = { suite: "nen-client" };
    desktop = await nen.desktops.create({
      tools: ["computer", "bash", "clipboard", "windows"],
      metadata,
      network: "none",
    });
  });
  after(() => desktop?.delete());

  test("says that it works", async () => {
    assert.equal((await nen.health()).status, "ok");
    assert.equal((await nen.openapi())["openapi"], "3.1.0");
  });

  test("lists, shows and renames the desktop", async () => {
    const found = await nen.desktops.list({ metadata: { suite: "nen-client" } });
    assert.ok(found.some(({ id }) => id === desktop.id));
    await desktop.rename("tested");
    const seen = await nen.getDesktop(desktop.id);
    assert.equal(seen.name, "tested");
    assert.deepEqual(seen.display, { ...seen.display, width: 1280, height: 800 });
    assert.equal(seen.publicIp, "");
  });

  test("pauses and resumes it, and tells of both", async () => {
    await desktop.pause();
    assert.equal(desktop.status, "paused");
    await desktop.resume();
    assert.equal(desktop.status, "running");
    const kinds: string[] = [];
    for await (const { kind } of desktop.events({ lastEventId: 0 })) {
      kinds.push(kind);
      if (kind === "desktop.resumed") break;
    }
    assert.ok(kinds.includes("desktop.paused"), kinds.join());
  });

  test("moves the pointer and says where it is", async () => {
    assert.deepEqual((await desktop.mouseMove(300, 200)).coordinate, [300, 200]);
    assert.deepEqual(await desktop.cursorPosition(), { x: 300, y: 200 });
  });

  test("does every action", async () => {
    const calls = [
      computer.screenshot(),
      computer.zoom(0, 0, 640, 400),
      computer.mouseMove(640, 700),
      computer.leftClick(640, 700),
      computer.rightClick(640, 700, { modifiers: "shift" }),
      computer.keyPress("Escape", { repeat: 2 }),
      computer.middleClick(640, 700),
      computer.doubleClick(640, 700),
      computer.tripleClick(),
      computer.drag(600, 600, 640, 640),
      computer.dragPath([
        [600, 600],
        [620, 620],
        [640, 600],
      ]),
      computer.leftMouseDown(600, 600),
      computer.leftMouseUp(610, 610),
      computer.scroll(640, 400, { direction: "right", amount: 2 }),
      computer.typeText("ä", { interval: 0.01 }),
      computer.holdKey("shift", 0.05),
      computer.wait(0.05),
      computer.cursorPosition(),
    ];
    const { status, results } = await desktop.batch(calls, { screenshot: "never" });
    assert.equal(status, "ok", JSON.stringify(results));
    assert.equal(results.length, calls.length);
    assert.equal(new Set(calls.map(({ action }) => action)).size, 17);
    assert.equal((await desktop.keyPress("ctrl+l")).status, "ok");
  });

  test("gives pictures, and none when nothing has changed", async () => {
    assert.deepEqual([...(await desktop.screenshot()).subarray(0, 4)], PNG);
    const jpeg = await desktop.picture({ format: "jpeg", maxWidth: 320, cursor: false });
    assert.equal(jpeg.mediaType, "image/jpeg");
    assert.deepEqual([...(await jpeg.bytes()).subarray(0, 2)], [0xff, 0xd8]);
    const again = await desktop.picture({ format: "jpeg", maxWidth: 320, cursor: false, ifNoneMatch: jpeg.etag ?? "" });
    assert.equal(again.notModified, true);
    const shown = imageOf(await nen.screenshot(desktop.id));
    assert.equal(shown?.mediaType, "image/png");
    assert.deepEqual([...(shown?.bytes.subarray(0, 4) ?? [])], PNG);
  });

  test("has a shell, a clipboard and windows", async () => {
    assert.equal(await desktop.bash.run("echo $((6 * 7))"), "42");
    await desktop.clipboard.set("größer 😀");
    assert.equal(await desktop.clipboard.get(), "größer 😀");
    assert.ok(Array.isArray(await desktop.windows.list()));
    assert.deepEqual((await desktop.tools()).map(({ name }) => name).sort(), [
      "bash",
      "clipboard",
      "computer",
      "windows",
    ]);
  });

  test("speaks a provider's own words", async () => {
    const dialect = { dialect: "anthropic", variant: "computer_20250124" };
    const [tool] = await desktop.tools<{ type: string }>(dialect);
    assert.equal(tool?.type, "computer_20250124");
    const input = { action: "mouse_move", coordinate: [10, 10] };
    const call = { type: "tool_use", id: "toolu_1", name: "computer", input };
    const words = { type: "text", text: "I move the pointer." };
    const results = await desktop.calls<{ type: string; tool_use_id: string }>([words, call], dialect);
    assert.deepEqual(
      results.map(({ type, tool_use_id }) => [type, tool_use_id]),
      [["tool_result", "toolu_1"]],
    );
    await assert.rejects(desktop.calls([words], dialect), { name: "BadRequestError" });
  });

  test("gives every look of a batch its own picture", async () => {
    const calls = [computer.screenshot(), computer.mouseMove(20, 20), computer.zoom(0, 0, 320, 200)];
    const { images = [], base64Image } = await desktop.batch(calls, { screenshot: "each" });
    assert.deepEqual(
      images.map(({ action }) => action),
      [0, 2],
    );
    for (const image of images) assert.deepEqual([...(imageOf(image)?.bytes.subarray(0, 4) ?? [])], PNG);
    assert.equal(base64Image, "");
  });

  test("tells what models may cost and have cost", async () => {
    const { budget } = await nen.settings.get();
    assert.ok(budget && budget.periodStart < budget.periodEnd);
    assert.deepEqual({ ...(await nen.settings.setBudget(budget.maxCostUsd)) }, { ...budget });
    assert.ok(Array.isArray(await nen.settings.modelUse({ since: new Date(0) })));
  });

  test("keeps files, streamed there and back", async () => {
    const { files } = desktop;
    const name = "grün & blau.bin";
    const stored = await files.upload(name, pieces(64, 65_536), { path: "Docs/2026" });
    assert.deepEqual({ ...stored }, { success: true, size: 64 * 65_536, filename: name });
    const [file] = await files.list({ path: "Docs/2026" });
    assert.equal(file?.name, name);
    assert.equal((await files.list()).find((entry) => entry.name === "Docs")?.isDir, true);
    const download = await files.download(name, { path: "Docs/2026" });
    assert.equal(download.size, 64 * 65_536);
    let sum = 0;
    for await (const piece of download) for (const byte of piece) sum += byte;
    assert.equal(sum, 65_536 * ((63 * 64) / 2));
    const part = await files.download(name, { path: "Docs/2026", range: { start: 65_535, end: 65_536 } });
    assert.deepEqual([...(await part.bytes())], [0, 1]);
    const same = await files.download(name, { path: "Docs/2026", ifNoneMatch: download.etag ?? "" });
    assert.equal(same.notModified, true);
    await files.delete(name, { path: "Docs/2026" });
    await assert.rejects(nen.downloadFile(desktop.id, name, { path: "Docs/2026" }), NotFoundError);
  });

  test("reaches files anywhere", async () => {
    await desktop.fs.write("~/a note.txt", "one ");
    await desktop.fs.write("~/a note.txt", "two", { append: true });
    assert.equal(await (await desktop.fs.read("~/a note.txt")).text(), "one two");
    const { path, files } = await desktop.fs.list("~", { pattern: "*note.txt" });
    assert.match(path, /^\//);
    assert.deepEqual(
      files.map(({ name, size }) => [name, size]),
      [["a note.txt", 7]],
    );
  });

  test("opens a live view and ends it", async () => {
    const session = await desktop.session.open({ interactive: true });
    assert.equal(session.active && session.interactive && !session.takeover, true);
    assert.match(session.href, /^http.+#token=/);
    assert.equal((await desktop.session.get()).active, true);
    await desktop.session.end();
    await assert.rejects(nen.getSession(desktop.id), NotFoundError);
  });

  test("remembers what was done, without what was typed", async () => {
    await desktop.typeText("secret");
    const [entry] = await desktop.toolLogs({ limit: 1 });
    assert.deepEqual(entry?.params, { text: "[6 characters]" });
    assert.equal(entry?.action, "type");
  });

  test("says what was wrong", async () => {
    await assert.rejects(desktop.leftClick(5000, 5), { name: "BadRequestError", message: /is outside the screen/ });
    await assert.rejects(new Nen({ apiKey: "sk_nen_invalid_key" }).listDesktops(), { name: "AuthenticationError" });
    await assert.rejects(nen.desktop("dsk_000000000000").screenshot(), NotFoundError);
    await assert.rejects(nen.runs.get("00000000-0000-4000-8000-000000000000"), { code: "not_found" });
  });

  test("creates once under one idempotency key", async () => {
    const options = { idempotencyKey: crypto.randomUUID() };
    const key = await nen.keys.create({ name: "nen-client", scopes: ["desktops:read"] }, options);
    assert.match(key.secret ?? "", /^sk_nen_/);
    const again = await nen.keys.create({ name: "nen-client", scopes: ["desktops:read"] }, options);
    assert.equal(again.id, key.id);
    assert.equal(again.secret, null);
    await nen.keys.revoke(key.id);
    const listed = (await nen.keys.list()).find(({ id }) => id === key.id);
    assert.equal(typeof listed?.revokedAt, "number");
  });

  test("runs a workflow, where it can", async (context) => {
    const content = [
      "from nen import Computer",
      "from pydantic import BaseModel",
      "class Params(BaseModel):\n    name: str",
      "class Result(BaseModel):\n    greeting: str",
      "def run(params: Params) -> Result:",
      "    Computer().move(10, 10)",
      '    open("/artifacts/a.txt", "w").write("kept")',
      '    print("hello", params.name)',
      '    return Result(greeting=f"hello {params.name}")',
    ];
    const files = [{ filename: "workflow.py", content: content.join("\n") }];
    const workflow = await nen.workflows
      .create({ name: "nen-client", files })
      .catch((error: { statusCode: number }) => {
        if (error.statusCode === 503) return undefined;
        throw error;
      });
    if (!workflow) return context.skip("this server cannot execute workflows");
    const { workflowId } = workflow;
    await nen.workflows.publish(workflowId, { files });
    assert.equal((await nen.workflows.rollback(workflowId, 1)).version, 3);
    assert.equal((await nen.workflows.versions(workflowId))[0]?.rolledBackTo, 1);
    assert.equal((await nen.workflows.get(workflowId, { version: 1 })).files?.length, 1);
    const { messageId } = await nen.runs.start({ workflowId, workflowParams: { name: "Ada" }, desktopId: desktop.id });
    const lines: string[] = [];
    for await (const { text, stream } of nen.runs.followLogs(messageId)) if (stream === "stdout") lines.push(text);
    assert.deepEqual(lines, ["hello Ada"]);
    const run = await nen.runs.wait(messageId, { timeout: 60_000 });
    assert.equal(run.runStatus, "completed", run.error ?? "");
    assert.deepEqual(run.result, { greeting: "hello Ada" });
    assert.match(await nen.runs.logText(messageId), /stdout hello Ada/);
    const [step] = await nen.runs.steps(messageId);
    assert.equal(step?.call, "computer.move");
    const picture = await nen.runs.screenshot(messageId, step?.screenshot ?? "");
    assert.deepEqual([...(await picture.bytes()).subarray(0, 4)], PNG);
    const zip = await (await nen.runs.downloadAssets(messageId)).bytes();
    assert.equal(new TextDecoder().decode(zip.subarray(0, 2)), "PK");
    for await (const one of nen.runs.list({ workflowId, limit: 1 })) assert.equal(one.messageId, messageId);
    assert.deepEqual(await nen.runs.webhooks(messageId), []);
    await assert.rejects(nen.runs.cancel(messageId), { name: "ConflictError", code: "conflict" });
    await nen.workflows.delete(workflowId);
  });

  test("starts a run with secrets when the request is signed", async () => {
    const { secret } = await nen.settings.rotateSigningSecret();
    const start = { workflowId: "00000000-0000-4000-8000-000000000000", secureWorkflowParams: { password: "hidden" } };
    await assert.rejects(nen.runs.start(start, { signingSecret: secret }), { name: "NotFoundError" });
    await assert.rejects(nen.runs.start(start, { signingSecret: "nensig_wrong" }), { code: "invalid_signature" });
    assert.match((await nen.settings.get()).signingSecret.hint, new RegExp(`${secret.slice(-4)}$`));
  });
});
