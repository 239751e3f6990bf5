import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Nen } from "../src/index.js";
import { isObject } from "../src/wire.js";
import { type Reply, type Seen, serve } from "./fake-server.js";
import { type Described, described, sample } from "./openapi.js";
import { OPERATIONS, type Values } from "./operations.js";

const SECRET = "nensig_test";
const EVENT = 'id: 8\nevent: desktop.deleted\ndata: {"id":8,"kind":"desktop.deleted","at":1.5,"data":{"by":"key"}}\n\n';

test("every operation of docs/openapi.json has a method", () => {
  const missing = described.filter(({ operationId }) => !OPERATIONS[operationId]);
  assert.deepEqual(
    missing.map(({ operationId }) => operationId),
    [],
  );
});

for (const one of described) {
  const operation = OPERATIONS[one.operationId];
  if (!operation) continue;
  for (const [how, isWanted] of [
    ["all parameters", true],
    ["required parameters only", false],
  ] as const) {
    test(`${one.operationId} sends what it is given, and its answer is read: ${how}`, async () => {
      const values = valuesOf(one, isWanted);
      await using server = await serve((seen) => answerTo(one, seen, server.url));
      const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_test", signingSecret: SECRET });
      const result = await operation(nen, values);
      const sent = server.seen.at(-1);
      assert.ok(sent);
      assert.equal(sent.method, one.method);
      const [path, query = ""] = sent.url.split("?");
      assert.equal(
        path,
        one.route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values.path[name] ?? "")),
      );
      assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), values.query);
      for (const [name, value] of Object.entries(values.headers)) assert.equal(sent.headers[name], value, name);
      if (values.json !== undefined) assert.deepEqual(sent.json(), values.json);
      else assert.equal(sent.body.toString(), values.text);
      checkSignature(one, sent);
      checkRaw(one, result);
    });
  }
}

function valuesOf({ operationId, parameters, body }: Described, all: boolean): Values {
  const values: Values = { path: {}, query: {}, headers: {}, json: undefined, text: "" };
  for (const { name, in: place, required, schema } of parameters) {
    // Without a dialect there are no calls, though the parameter is shared with the tools, which do without.
    const isNeeded = required || (operationId === "performCalls" && name === "dialect");
    if (!all && !isNeeded) continue;
    const value = exampleOf(name, schema);
    if (place === "path") values.path[name] = value;
    if (place === "query") values.query[name.replace("{key}", "team")] = value;
    // The client signs by itself.
    if (place === "header" && name !== "X-Hmac-Signature") values.headers[name.toLowerCase()] = value;
  }
  // Made by the server itself, and not by a caller.
  if (operationId === "downloadRunAssets") values.query = { expires: "7", signature: "text" };
  const json = body?.content?.["application/json"]?.schema;
  if (json) values.json = jsonOf(operationId, sample(json));
  else if (body) values.text = "content";
  return values;
}

/** A sample has all fields, but an action is done alone or with others, and one signs in by a key or by a code. */
function jsonOf(operationId: string, json: unknown): unknown {
  if (!["execute", "signIn"].includes(operationId) || !isObject(json)) return json;
  const { actions: _actions, code: _code, ...one } = json;
  return one;
}

function exampleOf(name: string, schema: Described["parameters"][number]["schema"]): string {
  if (name === "Range") return "bytes=0-2";
  if (name === "region") return "1,2,3,4";
  if (name === "dialect") return "anthropic";
  // Names of files have everything that has to be encoded.
  if (name === "name") return "a b/ü?.txt";
  return String(sample(schema));
}

function answerTo(one: Described, seen: Seen, url: string): Reply {
  if (one.operationId === "downloadRunAssets" && !seen.url.includes("assets.zip")) {
    const id = seen.url.split("/").at(-1);
    return { json: { message_id: id, assets: `${url}/runs/${id}/assets.zip?expires=7&signature=text` } };
  }
  if (one.operationId === "getRunLogs" && seen.url.includes("?")) {
    return {
      headers: { "content-type": "application/x-ndjson" },
      text: '{"seq":1,"at":1.5,"stream":"stdout","text":"a"}\n',
    };
  }
  if (seen.url.includes("/tools?dialect=")) return { json: [{ type: "computer_20251124", name: "computer" }] };
  const { status } = one.success;
  const [type, content] = Object.entries(one.success.content ?? {})[0] ?? [];
  if (type === undefined) return { status };
  if (type === "application/json") return { status, json: answerOf(one, sample(content?.schema ?? {})) };
  return { status, headers: { "content-type": type }, text: type === "text/event-stream" ? EVENT : "content" };
}

function answerOf(one: Described, json: unknown): unknown {
  // A field of a newer server, and a value of one: neither may be in the way.
  return isObject(json) && one.operationId !== "getOpenApi"
    ? { ...json, status: "brand_new", brand_new: { some_name: 1 } }
    : json;
}

function checkSignature({ operationId }: Described, { headers, body }: Seen): void {
  const expected = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
  assert.equal(headers["x-hmac-signature"], operationId === "startRun" ? expected : undefined);
}

function checkRaw(one: Described, result: unknown): void {
  const shown = isObject(result) && isObject(result["info"]) ? result["info"] : result;
  const schema = one.success.content?.["application/json"]?.schema;
  if (!schema || !isObject(shown) || !isObject(shown["raw"]) || one.operationId.startsWith("agent")) return;
  const sent = answerOf(one, sample(schema));
  assert.deepEqual(shown["raw"], sent);
  assert.deepEqual(shown["brandNew"], { some_name: 1 });
}
