import assert from "node:assert/strict";
import { test } from "node:test";
import { AuthenticationError, Nen } from "../src/index.js";
import { type Reply, serve } from "./fake-server.js";
import { EVENTS } from "./streaming.js";

const IDENTITY = {
  key_id: "key_abc123def456",
  name: "first",
  workspace_id: "ws_default",
  scopes: ["admin"],
  expires_at: null,
};

/** A client as a page of the server itself has it, and what it asks `fetch` for. */
function page(answer: (url: string, init: RequestInit) => Response): { nen: Nen; asked: [string, RequestInit][] } {
  const asked: [string, RequestInit][] = [];
  const fetch = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    asked.push([String(url), init]);
    return answer(String(url), init);
  };
  return { nen: new Nen({ apiKey: null, baseUrl: "", credentials: "same-origin", fetch }), asked };
}

test("a page signs in by key or code, asks who it is, and signs out, with nothing but its cookie", async () => {
  const { nen, asked } = page((_, { method }) =>
    method === "DELETE" ? new Response(null, { status: 204 }) : Response.json(IDENTITY),
  );
  const identity = await nen.auth.signIn({ key: "sk_nen_a" });
  assert.deepEqual({ ...identity }, { ...identity, keyId: "key_abc123def456", workspaceId: "ws_default" });
  assert.deepEqual(identity.scopes, ["admin"]);
  assert.equal(identity.expiresAt, null);
  await nen.auth.signIn({ code: "c-1" });
  assert.equal((await nen.auth.identity()).name, "first");
  await nen.auth.signOut();
  assert.deepEqual(
    asked.map(([url, { method, body, credentials }]) => [method, url, body, credentials]),
    [
      ["POST", "/auth", '{"key":"sk_nen_a"}', "same-origin"],
      ["POST", "/auth", '{"code":"c-1"}', "same-origin"],
      ["GET", "/auth", undefined, "same-origin"],
      ["DELETE", "/auth", undefined, "same-origin"],
    ],
  );
  for (const [, { headers }] of asked) assert.ok(!Object.keys(headers ?? {}).includes("authorization"));
});

test("a page that is signed in follows the workspace and gets pictures with its cookie alone", async () => {
  const picture = { "content-type": "image/png" };
  const { nen, asked } = page((url) =>
    url === "/events" ? new Response(": alive\n\n", { headers: EVENTS }) : new Response("png", { headers: picture }),
  );
  for await (const { kind } of nen.events()) if (kind === "connected") break;
  await (await nen.desktop("dsk_a").toolLogScreenshot(17)).bytes();
  for (const [, { credentials, headers }] of asked) {
    assert.equal(credentials, "same-origin");
    assert.ok(!Object.keys(headers ?? {}).includes("authorization"));
  }
  assert.deepEqual(
    asked.map(([url]) => url),
    ["/events", "/desktops/dsk_a/tool-logs/17/screenshot"],
  );
});

test("what is wrong with signing in is said in the server's words, without advice for programs", async () => {
  const said = "this link was used already: ask for another one";
  const { nen } = page(() => Response.json({ error: said }, { status: 401 }));
  for (const call of [() => nen.auth.signIn({ code: "c-1" }), () => nen.auth.identity(), () => nen.listDesktops()]) {
    await assert.rejects(call, (error: AuthenticationError) => {
      assert.ok(error instanceof AuthenticationError);
      assert.equal(error.sentence, said);
      assert.match(error.message, /answered 401: this link was used already: ask for another one$/);
      return true;
    });
  }
});

test("signing in is not tried twice once it may have arrived, and never with the client's own key", async () => {
  await using server = await serve(() => ({ status: 503, json: { error: "starting" } }));
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_own", maxRetryDelay: 0 });
  await assert.rejects(nen.auth.signIn({ key: "sk_nen_other" }), { statusCode: 503, sentence: "starting" });
  assert.equal(server.seen.length, 1);
  assert.equal(server.seen[0]?.headers.authorization, undefined);
});

test("signed out is signed out, also when the first answer was lost", async () => {
  const gone: Reply = { status: 401, json: { error: "nobody is signed in" } };
  await using server = await serve([
    { status: 502, text: "" },
    gone,
    { status: 403, json: { error: "not from there" } },
  ]);
  const nen = new Nen({ baseUrl: server.url, credentials: "include", apiKey: null, maxRetryDelay: 0 });
  await nen.auth.signOut();
  assert.equal(server.seen.length, 2);
  await assert.rejects(nen.auth.signOut(), { name: "PermissionDeniedError", sentence: "not from there" });
});

test("a link to sign in with is made by a key", async () => {
  const href = "http://127.0.0.1:8700/#/sign-in/c-1";
  await using server = await serve([{ status: 201, json: { href, expires_at: 1795362805 } }]);
  const nen = new Nen({ baseUrl: server.url, apiKey: "sk_nen_own" });
  assert.deepEqual({ ...(await nen.auth.link()) }, { href, expiresAt: 1795362805 });
  const [seen] = server.seen;
  assert.deepEqual(
    [seen?.method, seen?.url, seen?.headers.authorization],
    ["POST", "/auth/links", "Bearer sk_nen_own"],
  );
});
