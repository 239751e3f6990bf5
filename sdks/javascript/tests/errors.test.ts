import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as sdk from "../src/index.js";
import { Nen, NenDesktopContractError, NenDesktopError, type NenOptions, TimeoutError } from "../src/index.js";
import { closedPort, type Reply, serve } from "./fake-server.js";

const KEY = "sk_nen_0123456789abcdef0123456789abcdef";

async function failure(reply: Reply, call: (nen: Nen) => Promise<unknown>): Promise<NenDesktopError> {
  await using server = await serve(() => reply);
  const nen = new Nen({ baseUrl: server.url, apiKey: KEY, maxRetries: 0 });
  const error: unknown = await call(nen).then(
    () => assert.fail("no error"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NenDesktopError);
  assert.ok(!error.message.includes("\n") && !error.message.endsWith("."), error.message);
  error.message = error.message.replaceAll(server.url, "http://nen");
  return error;
}

const look = (nen: Nen): Promise<unknown> => nen.getDesktop("dsk_a");

const classes: Record<number, string> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  409: "ConflictError",
  410: "NenDesktopError",
  413: "NenDesktopError",
  422: "UnprocessableError",
  429: "RateLimitError",
  500: "ServerError",
  502: "ServerError",
  503: "ServerError",
  504: "ServerError",
  507: "ServerError",
};
for (const [status, name] of Object.entries(classes)) {
  test(`${status} is a ${name} with the server's own sentence`, async () => {
    const error = await failure({ status: Number(status), json: { error: "what was wrong" } }, look);
    assert.equal(error.constructor, new Map(Object.entries<unknown>(sdk)).get(name));
    assert.equal(error.name, name);
    assert.equal(error.statusCode, Number(status));
    assert.equal(error.responseBody, '{"error":"what was wrong"}');
    assert.equal(error.sentence, "what was wrong");
    assert.match(error.message, new RegExp(`^GET /desktops/dsk_a answered ${status}: what was wrong`));
  });
}

test("an error has the server's code and the request's id", async () => {
  const headers = { "x-request-id": "req_7" };
  const json = { error: "invalid_params", message: "month: too short" };
  const error = await failure({ status: 400, headers, json }, (nen) => nen.runs.start({ workflowId: "a" }));
  assert.equal(error.code, "invalid_params");
  assert.equal(error.sentence, "month: too short");
  assert.equal(error.requestId, "req_7");
  assert.equal(error.message, "POST /runs answered 400: month: too short (request id req_7)");
});

test("a wrong key is said with where it comes from, and never shown", async () => {
  const json = { error: `Bearer ${KEY} is unknown` };
  const error = await failure({ status: 401, json }, look);
  assert.equal(
    error.message,
    "GET /desktops/dsk_a answered 401: Bearer [API key] is unknown; check apiKey (NEN_API_KEY)",
  );
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(KEY));
});

test("a server that wants a key although none was given is said so", async () => {
  await using server = await serve(() => ({ status: 401, json: { error: "no API key" } }));
  const nen = new Nen({ baseUrl: server.url, apiKey: null });
  await assert.rejects(nen.listDesktops(), { message: /no API key; pass apiKey or set NEN_API_KEY$/ });
  assert.equal(server.seen[0]?.headers.authorization, undefined);
});

test("neither a client nor what it makes shows the key or the secrets", () => {
  const options = { apiKey: KEY, signingSecret: "nensig_hidden", headers: { cookie: "hidden=1" } };
  const nen = new Nen({ baseUrl: "http://nen", ...options });
  for (const shown of [nen, nen.desktop("dsk_a"), nen.runs, nen.desktop("dsk_a").files]) {
    const text = inspect(shown, { depth: 9 }) + JSON.stringify(shown);
    assert.ok(!text.includes(KEY) && !text.includes("hidden"), text);
  }
});

test("a server that is not there is said with its address and what to do", async () => {
  const url = `http://127.0.0.1:${await closedPort()}`;
  const nen = new Nen({ baseUrl: url, apiKey: KEY, maxRetryDelay: 0 });
  const message = `cannot reach a Nen server at ${url} (connection refused): start one with "nen serve", or check baseUrl (NEN_API_URL)`;
  await assert.rejects(nen.listDesktops(), { name: "ConnectionError", message, statusCode: 0, mayHaveArrived: false });
});

const PAGE = "<!doctype html><title>Hello</title>";
const page = (status: number): Reply => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  text: PAGE,
});
for (const status of [200, 404]) {
  test(`a server that answers with a page and ${status} is no Nen server`, async () => {
    const ways = [look, (nen: Nen) => nen.deleteDesktop("dsk_a"), (nen: Nen) => nen.desktop("dsk_a").files.delete("a")];
    ways.push(
      (nen) => nen.desktop("dsk_a").screenshot(),
      (nen) => nen.downloadFile("dsk_a", "a"),
    );
    ways.push(
      (nen) => nen.runs.logText("a"),
      (nen) => nen.desktop("dsk_a").events().next(),
    );
    for (const way of ways) {
      const error = await failure(page(status), way);
      assert.ok(error instanceof NenDesktopContractError);
      assert.equal(error.statusCode, status);
      assert.match(
        error.message,
        new RegExp(`^http://nen is no Nen server: .+ answered ${status} with text/html and not`),
      );
      assert.match(error.message, /check baseUrl \(NEN_API_URL\)$/);
    }
  });
}

test("another API's error is no sentence of Nen's", async () => {
  const error = await failure({ status: 404, json: { detail: "Not Found" } }, look);
  assert.match(error.message, /is no Nen server/);
});

test("a proxy's page for a busy server is the server's failure", async () => {
  const error = await failure(page(502), look);
  assert.equal(error.name, "ServerError");
  assert.equal(error.message, "GET /desktops/dsk_a answered 502: Bad Gateway");
});

test("a redirect is not followed with the key, and said", async () => {
  await using elsewhere = await serve(() => ({ json: {} }));
  const headers = { location: `${elsewhere.url}/login` };
  const error = await failure({ status: 302, headers }, look);
  assert.match(error.message, /was redirected to .+\/login, which Nen never does: check baseUrl/);
  assert.equal(elsewhere.seen.length, 0);
});

for (const reply of [
  { status: 404, json: { error: 'no such path "/settings/budget", see /docs' } },
  { status: 405, json: { error: "method_not_allowed", message: "PUT is not possible here, use GET" } },
]) {
  test(`a server that is too old for a call is said so: ${reply.status}`, async () => {
    const error = await failure(reply, (nen) => nen.settings.setBudget(5));
    assert.equal(error.name, "UnsupportedByServerError");
    const said =
      "the server at http://nen has no PUT /settings/budget: it is older than this client, or baseUrl (NEN_API_URL) is not its root";
    assert.equal(error.message, said);
  });
}

test("a server that is too old for dialects is said so, though it answers", async () => {
  const json = [{ name: "computer", description: "Control it", parameters: {} }];
  const error = await failure({ json }, (nen) => nen.listTools("dsk_a", { dialect: "anthropic" }));
  assert.equal(error.message, "the server at http://nen knows no dialects of tools: it is older than this client");
});

test("what the platform says of a connection is passed on, and a page is told what it may be", async () => {
  const fails = (message: string): Nen => {
    const fetch = async (): Promise<Response> => Promise.reject(new TypeError(message));
    return new Nen({ baseUrl: "http://nen", apiKey: KEY, maxRetries: 0, fetch });
  };
  const may = /GET \/desktops \(it is not there, baseUrl is wrong, or it lets no pages of this site call it\)$/;
  await assert.rejects(fails("Failed to fetch").listDesktops(), { name: "ConnectionError", message: may });
  await assert.rejects(fails("no such\nthing").listDesktops(), { message: /GET \/desktops \(no such thing\)$/ });
  const nen = new Nen({ baseUrl: "http://127.0.0.1:1", apiKey: KEY, maxRetries: 0 });
  const message = "http://127.0.0.1:1 gave no complete answer to GET /desktops (bad port)";
  await assert.rejects(nen.listDesktops(), { name: "ConnectionError", message });
});

test("an answer of another shape is said, with what came", async () => {
  const error = await failure({ json: { files: "none" } }, (nen) => nen.listFiles("dsk_a"));
  assert.ok(error instanceof NenDesktopContractError);
  assert.deepEqual(error.payload, { files: "none" });
  assert.match(
    error.message,
    /^GET \/desktops\/dsk_a\/files should answer with an object with the list "files" and did not/,
  );
  await failure({ json: {} }, (nen) => nen.listDesktops());
  await failure({ json: [] }, look);
});

test("what takes too long ends, and is not repeated", async () => {
  await using server = await serve(() => undefined);
  const nen = new Nen({ baseUrl: server.url, apiKey: KEY, timeout: 30, longTimeout: 20 });
  const late = {
    name: "TimeoutError",
    message: "GET /desktops was not answered within 0.03 s: give it a longer timeout",
  };
  await assert.rejects(nen.listDesktops(), late);
  await assert.rejects(nen.leftClick("dsk_a"), TimeoutError);
  await assert.rejects(nen.listDesktops({ timeout: 10 }), TimeoutError);
  // A busy machine may not even have got one of them there.
  assert.ok(server.seen.length <= 3);
});

test("an action has the time that it asks for beside the usual", async () => {
  await using server = await serve(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return { json: { status: "ok" } };
  });
  // Of the two only the duration is long enough to get an answer.
  const nen = new Nen({ baseUrl: server.url, apiKey: KEY, longTimeout: 0.001 });
  assert.equal((await nen.wait("dsk_a", 60)).status, "ok");
});

test("a call ends when its caller leaves, with the caller's reason", async () => {
  const leaving = new AbortController();
  await using server = await serve(() => {
    leaving.abort(new Error("left"));
    return undefined;
  });
  const nen = new Nen({ baseUrl: server.url, apiKey: KEY });
  await assert.rejects(nen.listDesktops({ signal: leaving.signal }), { message: "left" });
  await assert.rejects(nen.listDesktops({ signal: leaving.signal }), { message: "left" });
  assert.equal(server.seen.length, 1);
});

test("an id or name that would lead to another route is refused before anything is sent", async () => {
  await using server = await serve(() => ({ json: {} }));
  const nen = new Nen({ baseUrl: server.url, apiKey: KEY });
  const { files } = nen.desktop("dsk_a");
  await assert.rejects(nen.deleteDesktop(""), {
    name: "TypeError",
    message: /an id or a name is missing behind \/desktops\//,
  });
  await assert.rejects(nen.deleteDesktop(undefined as unknown as string), TypeError);
  await assert.rejects(files.delete(".."), { message: '".." is no id or name: /desktops/dsk_a/files/ needs one' });
  await assert.rejects(files.delete("."), TypeError);
  await assert.rejects(files.delete("\ud800"), { message: /no valid Unicode/ });
  assert.throws(() => nen.leftClick("dsk_a", 5), { message: /both x and y/ });
  assert.equal(server.seen.length, 0);
});

const wrong: [NenOptions, RegExp][] = [
  [{ apiKey: "" }, /^the API key is empty/],
  [{ apiKey: "sk_nen_secret\nx" }, /^the API key is empty or holds characters that no key has/],
  [{ baseUrl: "127.0.0.1:8700" }, /^baseUrl must begin with http:\/\/ or https:\/\/, .+, not "127.0.0.1:8700"/],
  [{ baseUrl: "ftp://nen" }, /^baseUrl must begin with/],
  [{ baseUrl: "http://ada:secret@nen" }, /^baseUrl must not hold a user or password/],
  [{ baseUrl: "//ada:secret@nen" }, /^baseUrl "\/\/…@nen" is a path/],
  [{ baseUrl: "http://nen?secret" }, /^baseUrl must end with a host or path/],
  [{ baseUrl: "/nen" }, /^baseUrl "\/nen" is a path, which only a browser can complete/],
  [{ headers: { "x y": "secret" } }, /^"x y" is no name of a header$/],
  [{ headers: { "x-y": "secret\nx" } }, /^the header x-y has a value that none can have$/],
  [{ timeout: 0 }, /^timeout must be more than 0 milliseconds, not 0/],
  [{ maxRetries: -1 }, /^maxRetries must be 0 or more, not -1/],
];
for (const [options, message] of wrong) {
  test(`a client is refused: ${message.source}`, () => {
    assert.throws(
      () => new Nen({ apiKey: KEY, ...options }),
      (error: TypeError) => message.test(error.message) && !error.message.includes("secret"),
    );
  });
}
