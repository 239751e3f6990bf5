import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Nen, NenDesktopError, type NenOptions, type ReadOptions } from "../src/index.js";
import { closedPort, type FakeServer, type Reply, serve } from "./fake-server.js";

const KEY = "sk_nen_0123456789abcdef0123456789abcdef";
const SIGNED = "/bucket/assets.zip?X-Amz-Credential=a%2Fb&X-Amz-Signature=secret";
const ZIP: Reply = { headers: { "content-type": "binary/octet-stream", etag: '"v1"' }, text: "zip" };
const OURS = { cookie: "session=secret", "x-api-key": "secret", "x-own": "secret" };

/** A server whose run has files, and which answers for them in each of these ways in turn. */
function leading(...replies: Reply[]): Promise<FakeServer> {
  return serve(({ url }) =>
    url.includes("assets.zip")
      ? (replies.shift() ?? { status: 599 })
      : { json: { assets: "http://nen/runs/run_a/assets.zip?expires=5&signature=secret" } },
  );
}

function leadsTo(location: string, status = 307): Reply {
  return { status, headers: { location } };
}

function client({ url }: FakeServer, options: NenOptions = {}): Nen {
  return new Nen({ baseUrl: url, apiKey: KEY, maxRetryDelay: 0, headers: OURS, ...options });
}

async function zip(nen: Nen, options?: ReadOptions): Promise<string> {
  return (await nen.runs.downloadAssets("run_a", options)).text();
}

/** Why there are no files. It shows the signature nowhere. */
async function failure(nen: Nen, options?: ReadOptions): Promise<NenDesktopError> {
  const error: unknown = await zip(nen, options).then(
    () => assert.fail("no error"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NenDesktopError);
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes("secret"), inspect(error));
  return error;
}

function bearsNothingOfTheServers({ seen }: FakeServer): void {
  for (const { headers } of seen) {
    for (const name of ["authorization", "idempotency-key", "x-hmac-signature", ...Object.keys(OURS)]) {
      assert.equal(headers[name], undefined, name);
    }
  }
}

test("the files of a run come from the store, without the key and headers of the program", async () => {
  await using store = await serve(() => ZIP);
  await using server = await leading(leadsTo(store.url + SIGNED));
  const download = await client(server).runs.downloadAssets("run_a");
  assert.deepEqual([download.size, download.etag], [undefined, '"v1"']);
  assert.equal(await download.text(), "zip");
  assert.equal(server.seen[1]?.headers["x-own"], "secret");
  assert.deepEqual(
    store.seen.map(({ method, url }) => [method, url]),
    [["GET", SIGNED]],
  );
  bearsNothingOfTheServers(store);
});

test("the store is told which part is wanted, and what is known", async () => {
  await using store = await serve(() => ({ status: 206, ...ZIP }));
  await using server = await leading(leadsTo(store.url + SIGNED));
  assert.equal(await zip(client(server), { range: { start: 1 }, ifNoneMatch: '"v0"' }), "zip");
  const { range, "if-none-match": known } = store.seen[0]?.headers ?? {};
  assert.deepEqual([range, known], ["bytes=1-", '"v0"']);
  bearsNothingOfTheServers(store);
});

test("two links are followed and not three", async () => {
  await using store = await serve([ZIP]);
  await using third = await serve(() => leadsTo(store.url + SIGNED));
  await using second = await serve(() => leadsTo(third.url + SIGNED));
  await using server = await leading(leadsTo(second.url + SIGNED), leadsTo(third.url + SIGNED));
  const error = await failure(client(server));
  assert.equal(error.name, "NenDesktopContractError");
  assert.ok(error.message.includes(`answered 307: the object store at ${third.url}`), error.message);
  assert.equal(store.seen.length, 0);
  assert.equal(await zip(client(server)), "zip");
  bearsNothingOfTheServers(second);
  bearsNothingOfTheServers(store);
});

const classes = { 403: "PermissionDeniedError", 404: "NotFoundError", 500: "ServerError", 503: "ServerError" };
for (const [status, name] of Object.entries(classes)) {
  test(`a store that refuses with ${status} is said, as a ${name}`, async () => {
    const text = "<Error><Code>AccessDenied</Code><SignatureProvided>secret</SignatureProvided></Error>";
    await using store = await serve(() => ({ status: Number(status), text }));
    await using server = await leading(leadsTo(store.url + SIGNED));
    const error = await failure(client(server, { maxRetries: 0 }));
    assert.deepEqual([error.name, error.statusCode, error.responseBody], [name, Number(status), ""]);
    assert.equal(
      error.message,
      `GET /runs/run_a/assets.zip answered ${status}: the object store at ${store.url}, where the server has its files, refused it (AccessDenied); ask again for another link, and if that is refused, too, it is for who runs the server`,
    );
  });
}

test("a store that is busy is asked again, by a new link", async () => {
  await using store = await serve([{ status: 503 }, ZIP]);
  await using server = await leading(leadsTo(`${store.url}/1`), leadsTo(`${store.url}/2`));
  assert.equal(await zip(client(server)), "zip");
  assert.deepEqual(
    store.seen.map(({ url }) => url),
    ["/1", "/2"],
  );
});

test("a store that is not there, breaks off or has a page is named", async () => {
  const gone = `http://127.0.0.1:${await closedPort()}`;
  await using store = await serve([
    (_seen, response) => {
      response.writeHead(200, { "content-length": "9" }).write("zip", () => response.destroy());
      return undefined;
    },
    { headers: { "content-type": "text/html" }, text: "secret" },
  ]);
  await using server = await leading(leadsTo(gone + SIGNED), leadsTo(store.url + SIGNED), leadsTo(store.url + SIGNED));
  const nen = client(server, { maxRetries: 0 });
  const away = await failure(nen);
  assert.equal(
    away.message,
    `the object store at ${gone}, where the server has its files, gave no complete answer to GET /runs/run_a/assets.zip (connection refused)`,
  );
  const broken = await failure(nen);
  assert.equal(broken.name, "ConnectionError");
  assert.ok(broken.message.includes(`the object store at ${store.url}`), broken.message);
  const page = await failure(nen);
  assert.equal(page.name, "NenDesktopContractError");
  assert.ok(page.message.includes(`the object store at ${store.url}`), page.message);
});

test("a store that falls silent has the time of any download", async () => {
  await using store = await serve((_seen, response) => {
    response.writeHead(200).write("zip");
    return undefined;
  });
  await using server = await leading(leadsTo(store.url + SIGNED));
  const error = await failure(client(server, { silenceTimeout: 50 }));
  assert.equal(error.name, "TimeoutError");
});

test("a call that may not lead elsewhere is not followed, nor any other way to lead", async () => {
  await using store = await serve(() => ZIP);
  await using server = await serve(() => leadsTo(store.url + SIGNED));
  const nen = client(server);
  const calls = [() => nen.getDesktop("dsk_a"), () => nen.createDesktop(), () => nen.downloadFile("dsk_a", "a")];
  for (const call of calls) {
    await assert.rejects(call, (error: Error) => {
      assert.equal(error.name, "NenDesktopContractError");
      assert.match(error.message, /was redirected to .+\/bucket\/assets\.zip, which Nen never does/);
      return true;
    });
  }
  for (const reply of [leadsTo(store.url + SIGNED, 302), leadsTo("file:///secret"), leadsTo("/login?secret")]) {
    await using other = await leading(reply);
    await assert.rejects(zip(client(other)), { name: "NenDesktopContractError", message: /was redirected to/ });
  }
  assert.equal(store.seen.length, 0);
});

test("a browser, which shows no page a link, is sent there without anything of the program's", async () => {
  const seen: [string, RequestInit | undefined][] = [];
  const opaque = Object.defineProperties(new Response(null), {
    type: { value: "opaqueredirect" },
    status: { value: 0 },
    ok: { value: false },
  });
  const there = Object.defineProperties(new Response("no", { status: 403 }), {
    redirected: { value: true },
    url: { value: `https://store.example${SIGNED}` },
  });
  const answers = [Response.json({ assets: "http://nen/runs/run_a/assets.zip?signature=ours" }), opaque, there];
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    seen.push([String(url), init]);
    return answers.shift() ?? Promise.reject(new TypeError("Failed to fetch"));
  };
  const nen = new Nen({ baseUrl: "/nen", credentials: "same-origin", headers: OURS, fetch, maxRetries: 0 });
  const error = await failure(nen);
  assert.match(error.message, /the object store at https:\/\/store\.example, .+ refused it/);
  const [, first, second] = seen;
  assert.deepEqual([first?.[0], first?.[1]?.redirect], ["/nen/runs/run_a/assets.zip?signature=ours", "manual"]);
  assert.deepEqual([second?.[0], second?.[1]?.redirect], ["/nen/runs/run_a/assets.zip?signature=ours", "follow"]);
  assert.deepEqual([second?.[1]?.credentials, second?.[1]?.headers], ["omit", {}]);
});
