import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { type ExecuteResult, Nen, NenDesktopError } from "../src/index.js";
import { camelCase, fromWire, isObject } from "../src/wire.js";
import { type Seen, serve } from "./fake-server.js";
import { operationAt } from "./openapi.js";
import { OPERATIONS, type Values } from "./operations.js";

interface Example {
  name: string;
  request: { method: string; path: string; headers?: Record<string, string>; json?: unknown; text?: string };
  response: { status: number; type?: string; json?: unknown; text?: string };
  capture?: Record<string, string>;
}

interface Vectors {
  examples: Example[];
  payloads?: { name: string; type: string; json: unknown }[];
}

// The tests run from build/tests.
const folder = new URL("../../../../tests/vectors/", import.meta.url);

for (const name of readdirSync(folder).filter((one) => one.endsWith(".json"))) {
  const { examples, payloads = [] } = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Vectors;
  const captured: Record<string, string> = { desktop_id: "dsk_abc123def456" };
  for (const example of examples) {
    const path = example.request.path.replace(/\{(\w+)\}/g, (_, key: string) => captured[key] ?? key);
    for (const [key, pointer] of Object.entries(example.capture ?? {})) {
      captured[key] = String(at(example.response.json, pointer));
    }
    test(`${name}: ${example.name}`, () => check(example, path));
  }
  for (const payload of payloads) {
    test(`${name}: ${payload.name}`, () => checkRead(payload.json, fromWire(payload.json)));
  }
}

async function check({ request, response }: Example, path: string): Promise<void> {
  const headers = response.json === undefined ? {} : { "content-type": "application/json" };
  const content = response.json === undefined ? response.text : JSON.stringify(response.json);
  await using server = await serve(() => ({ status: response.status, headers, text: content ?? "" }));
  const key = request.headers?.["authorization"]?.replace("Bearer ", "");
  const nen = new Nen({ baseUrl: server.url, apiKey: key === "" ? null : (key ?? "sk_nen_test"), maxRetries: 0 });
  for (const call of waysToCall(nen, request, path)) {
    server.seen.length = 0;
    const outcome = await call().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    assert.equal(server.seen.length, 1);
    checkSent(server.seen[0] as Seen, request, path);
    if (response.status >= 400) checkError("error" in outcome ? outcome.error : undefined, response);
    else if ("error" in outcome) throw outcome.error;
    else checkAnswer(outcome.value, response);
  }
}

/** The typed call, the helper where there is one, and for what no typed call can be made to send the bare one. */
function waysToCall(nen: Nen, request: Example["request"], path: string): (() => Promise<unknown>)[] {
  const [place = "", search = ""] = path.split("?");
  const found = operationAt(request.method, place);
  const operation = found && OPERATIONS[found.described.operationId];
  const { headers = {}, json, text } = request;
  if (!found || !operation || !isTypeable(request)) {
    const method = request.method as "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
    const { authorization: _, ...others } = headers;
    return [() => nen.request(method, path, { headers: others, ...(text ? { text } : { json }) })];
  }
  const query = Object.fromEntries(new URLSearchParams(search));
  const values: Values = { path: found.values, query, headers, json, text: text ?? "" };
  const ways = [() => operation(nen, values)];
  const helper = found.described.operationId === "execute" ? helperFor(nen, found.values["id"] ?? "", json) : undefined;
  if (helper) ways.push(helper);
  return ways;
}

/** Whether types or the client's own checks let the request through: they refuse some of what a server refuses, too. */
function isTypeable({ path, headers, json, text }: Example["request"]): boolean {
  if (path.includes("/execute") && isObject(json) && !json["action"] && !json["actions"]) return false;
  if (headers?.["x-hmac-signature"] || (isObject(json) && json["secure_workflow_params"])) return false;
  return text === undefined || path.includes("/files/") || path.includes("/fs/");
}

/** The method of the object form that sends the same; none for mistakes and for options beside the action. */
function helperFor(nen: Nen, id: string, json: unknown): (() => Promise<unknown>) | undefined {
  if (!isObject(json) || !isObject(json["action"]) || Object.keys(json).length > 1) return undefined;
  const { action, params = {} } = json["action"] as { action: string; params?: Record<string, unknown> };
  const desktop = nen.desktop(id);
  const [x, y] = (Array.isArray(params["coordinate"]) ? params["coordinate"] : []) as number[];
  const text = typeof params["text"] === "string" ? params["text"] : undefined;
  const held = text === undefined ? {} : { modifiers: text };
  const duration = params["duration"] as number;
  const path = params["path"] as [number, number][] | undefined;
  const [startX = 0, startY = 0] = (params["start_coordinate"] ?? []) as number[];
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = (params["region"] ?? []) as number[];
  const direction = params["direction"] as "up" | undefined;
  const helpers: Record<string, () => Promise<unknown>> = {
    screenshot: () => nen.screenshot(id),
    zoom: () => desktop.zoom(x0, y0, x1, y1),
    mouse_move: () => desktop.mouseMove(x ?? 0, y ?? 0),
    cursor_position: () => nen.cursorPosition(id),
    left_click: () => desktop.leftClick(x, y, held),
    right_click: () => desktop.rightClick(x, y, held),
    middle_click: () => desktop.middleClick(x, y, held),
    double_click: () => desktop.doubleClick(x, y, held),
    triple_click: () => desktop.tripleClick(x, y, held),
    left_click_drag: () => (path ? desktop.dragPath(path) : desktop.drag(startX, startY, x ?? 0, y ?? 0)),
    left_mouse_down: () => desktop.leftMouseDown(x, y),
    left_mouse_up: () => desktop.leftMouseUp(x, y),
    type: () => desktop.typeText(text ?? ""),
    key: () => desktop.keyPress(text ?? "", params["repeat"] === undefined ? {} : { repeat: Number(params["repeat"]) }),
    hold_key: () => desktop.holdKey(text ?? "", duration),
    wait: () => desktop.wait(duration),
  };
  if (action === "scroll" && direction) {
    const amount = params["amount"] as number | undefined;
    return amount === undefined ? undefined : () => nen.scroll(id, x, y, { direction, amount });
  }
  if (json["action"]["tool"] !== "computer" || (action === "key" && text === undefined)) return undefined;
  if (action.includes("click") && params["coordinate"] && x === undefined) return undefined;
  return helpers[action];
}

function checkSent(seen: Seen, { method, headers = {}, json, text }: Example["request"], path: string): void {
  assert.equal(seen.method, method);
  assert.equal(seen.url, path);
  if (json !== undefined) {
    assert.deepEqual(seen.json(), json);
    assert.equal(seen.headers["content-type"], "application/json");
  } else assert.equal(seen.body.toString(), text ?? "");
  const sent: Record<string, string> = { authorization: "Bearer sk_nen_test", ...headers };
  for (const [name, value] of Object.entries(sent)) assert.equal(seen.headers[name], value || undefined, name);
}

function checkError(error: unknown, { status, json }: Example["response"]): void {
  assert.ok(error instanceof NenDesktopError, `no error for ${status}`);
  assert.equal(error.statusCode, status);
  assert.deepEqual(JSON.parse(error.responseBody), json);
  if (!isObject(json) || status === 405 || String(json["error"]).startsWith("no such path")) return;
  assert.ok(error.message.includes(String(json["message"] ?? json["error"])), error.message);
  assert.equal(error.code, json["message"] === undefined ? undefined : json["error"]);
}

function checkAnswer(value: unknown, { json, text }: Example["response"]): void {
  if (text !== undefined) assert.equal(new TextDecoder().decode(value as Uint8Array), text);
  else if (json === undefined) assert.equal(value, undefined);
  else checkRead(json, value);
}

/** Everything that was sent can be had from what was read: as it was, and by its own name. */
function checkRead(sent: unknown, read: unknown): void {
  if (Array.isArray(sent)) {
    assert.ok(Array.isArray(read) && read.length === sent.length);
    for (const [at, one] of sent.entries()) checkRead(one, read[at]);
    return;
  }
  // Somebody else's object, or no object at all.
  if (!isObject(sent) || (isObject(read) && !("raw" in read) && !("info" in read) && !("runs" in read))) {
    assert.deepEqual(read, sent);
    return;
  }
  // A list that is all there is in an answer is given without it; handles have what they are as `info`.
  if (Array.isArray(read)) {
    checkRead(Object.values(sent)[0], read);
    return;
  }
  assert.ok(isObject(read));
  const shown = isObject(read["info"]) ? read["info"] : read;
  if ("raw" in shown) assert.deepEqual(shown["raw"], sent);
  for (const [name, value] of Object.entries(sent)) checkRead(value, shown[camelCase(name)]);
}

function at(json: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], json);
}

// Compiles only while the answer to an action has the fields that published code reads.
export const published: (result: ExecuteResult) => string = ({ status, output, error, base64Image }) =>
  status + output + error + base64Image;
