import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { Nen, type NenOptions, type UploadBody } from "../src/index.js";
import { saveTo, uploadPath } from "../src/node.js";
import { type Answer, type FakeServer, serve } from "./fake-server.js";

const STORED = { json: { success: true, size: 8, filename: "a" } };

function client({ url }: FakeServer, options: NenOptions = {}): Nen {
  return new Nen({ baseUrl: url, apiKey: "sk_nen_test", maxRetryDelay: 0, ...options });
}

/** A folder that is gone afterwards. */
async function folder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "nen-client-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

async function* two(): AsyncGenerator<Uint8Array | string> {
  yield "one ";
  yield new TextEncoder().encode("two\n");
}

const bytes = new TextEncoder().encode("one two\n");
const bodies: Record<string, [body: () => UploadBody, isPieces: boolean]> = {
  text: [() => "one two\n", false],
  bytes: [() => bytes, false],
  "an ArrayBuffer": [() => bytes.slice().buffer, false],
  "a Blob": [() => new Blob([bytes]), false],
  "a stream of the web": [() => new Blob([bytes]).stream(), true],
  "a stream of Node.js": [() => Readable.from([bytes]), true],
  "an async iterable": [() => two(), true],
};
for (const [name, [body, isPieces]] of Object.entries(bodies)) {
  test(`${name} is uploaded`, async () => {
    await using server = await serve(() => STORED);
    const { files, fs } = client(server).desktop("dsk_a");
    const stored = await files.upload("a b.txt", body(), { path: "Docs/2026", contentType: "text/plain" });
    assert.deepEqual({ ...stored }, STORED.json);
    await fs.write("~/a.txt", body());
    const [upload, write] = server.seen;
    assert.equal(upload?.url, "/desktops/dsk_a/files/a%20b.txt?path=Docs%2F2026");
    assert.equal(upload?.headers["content-type"], "text/plain");
    assert.equal(upload?.headers["transfer-encoding"], isPieces ? "chunked" : undefined);
    assert.equal(write?.url, "/desktops/dsk_a/fs/content?path=~%2Fa.txt");
    assert.equal(write?.headers["content-type"], "application/octet-stream");
    for (const { body: sent } of server.seen) assert.equal(sent.toString(), "one two\n");
  });
}

test("what cannot be uploaded is said", async () => {
  await using server = await serve(() => STORED);
  const body = { some: "object" } as unknown as UploadBody;
  await assert.rejects(client(server).uploadFile("dsk_a", "a", body), {
    name: "TypeError",
    message: /^the body must be/,
  });
});

test("an upload whose source fails, fails with its reason", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield bytes;
    throw new Error("no more");
  }
  await using server = await serve(() => STORED);
  await assert.rejects(client(server).uploadFile("dsk_a", "a", failing()), { message: "no more" });
});

test("a file is downloaded in pieces, as a stream, as bytes and as text", async () => {
  const headers = { "content-type": "text/plain", etag: '"7"' };
  await using server = await serve(() => ({ headers, text: bytes }));
  const { files } = client(server).desktop("dsk_a");
  const pieces: Uint8Array[] = [];
  for await (const piece of await files.download("a")) pieces.push(piece);
  assert.equal(Buffer.concat(pieces).toString(), "one two\n");
  const download = await files.download("a");
  assert.equal(download.etag, '"7"');
  assert.equal(download.mediaType, "text/plain");
  assert.equal(await new Response(download.stream()).text(), "one two\n");
  assert.deepEqual(await (await files.download("a")).bytes(), bytes);
  assert.equal(await (await files.download("a")).text(), "one two\n");
  assert.deepEqual(await client(server).downloadFile("dsk_a", "a"), bytes);
});

test("a part of a file is asked for by its bytes", async () => {
  const headers = { "content-range": "bytes 0-2/8", "content-length": "3" };
  await using server = await serve(() => ({ status: 206, headers, text: "one" }));
  const { files, fs } = client(server).desktop("dsk_a");
  const part = await files.download("a", { range: { end: 2 } });
  assert.equal(part.contentRange, "bytes 0-2/8");
  assert.equal(part.size, 3);
  assert.equal(await part.text(), "one");
  await (await fs.read("/a", { range: { start: 5 } })).bytes();
  await (await fs.read("/a", { range: "bytes=-4" })).bytes();
  assert.deepEqual(
    server.seen.map((seen) => seen.headers["range"]),
    ["bytes=0-2", "bytes=5-", "bytes=-4"],
  );
});

test("what has not changed is not sent again", async () => {
  await using server = await serve(({ headers }) =>
    headers["if-none-match"] === '"7"'
      ? { status: 304, headers: { etag: '"7"' } }
      : { headers: { "content-type": "image/png", etag: '"7"' }, text: "png" },
  );
  const desktop = client(server).desktop("dsk_a");
  const picture = await desktop.picture({ region: [1, 2, 3, 4], maxWidth: 640, cursor: false });
  assert.equal(server.seen[0]?.url, "/desktops/dsk_a/screenshot?max_width=640&region=1%2C2%2C3%2C4&cursor=false");
  assert.equal(await picture.text(), "png");
  const again = await desktop.picture({ ifNoneMatch: picture.etag ?? "" });
  assert.equal(again.notModified, true);
  assert.equal((await again.bytes()).length, 0);
});

test("a download that is given up leaves no connection behind", async () => {
  let closed = (): void => undefined;
  const closing = new Promise<void>((resolve) => {
    closed = resolve;
  });
  await using server = await serve((_, response) => {
    response.once("close", closed);
    response.write("begin");
    return undefined;
  });
  const download = await client(server).desktop("dsk_a").files.download("a");
  await download.cancel();
  await closing;
});

const cut: Answer = (_, response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write("begin", () => response.destroy());
  return undefined;
};

test("a download that breaks off or falls silent fails", async () => {
  const silent: Answer = (_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("begin");
    return undefined;
  };
  await using server = await serve([cut, silent]);
  const { files } = client(server, { silenceTimeout: 250 }).desktop("dsk_a");
  const message = /gave no complete answer to GET \/desktops\/dsk_a\/files\/a \(the connection was closed\)$/;
  await assert.rejects((await files.download("a")).bytes(), { name: "ConnectionError", message });
  await assert.rejects((await files.download("a")).bytes(), {
    name: "TimeoutError",
    message: /was silent for 0.25 s$/,
  });
});

test("a file of this machine is uploaded and a download becomes one", async () => {
  await using place = await folder();
  await using server = await serve(({ method }) => (method === "POST" ? STORED : { text: bytes }));
  const { files } = client(server).desktop("dsk_a");
  const path = join(place.path, "report 1.txt");
  await writeFile(path, bytes);
  await uploadPath(files, path, { path: "Docs" });
  await uploadPath(files, path, { name: "other.txt" });
  await files.upload("third.txt", createReadStream(path));
  assert.deepEqual(
    server.seen.map(({ url, body }) => [url.replace("/desktops/dsk_a/files/", ""), body.toString()]),
    [
      ["report%201.txt?path=Docs", "one two\n"],
      ["other.txt", "one two\n"],
      ["third.txt", "one two\n"],
    ],
  );
  const target = join(place.path, "copy.txt");
  await writeFile(target, "what was there before");
  assert.equal(await saveTo(await files.download("a"), target), 8);
  assert.equal(await readFile(target, "utf8"), "one two\n");
});

test("a download that breaks off leaves the file that was there", async () => {
  await using place = await folder();
  await using server = await serve([cut]);
  const target = join(place.path, "copy.txt");
  await writeFile(target, "before");
  const download = await client(server).desktop("dsk_a").files.download("a");
  await assert.rejects(saveTo(download, target), { name: "ConnectionError" });
  assert.equal(await readFile(target, "utf8"), "before");
  assert.deepEqual(await readdir(place.path), ["copy.txt"]);
});

test("the files of a run come from the server itself, without the key", async () => {
  const signed = "http://known.only.to.itself/runs/run_a/assets.zip?expires=5&signature=ab";
  await using server = await serve(({ url }) =>
    url.includes("assets.zip")
      ? { headers: { "content-type": "application/zip" }, text: "zip" }
      : { json: { message_id: "run_a", assets: signed } },
  );
  const download = await client(server).runs.downloadAssets("run_a");
  assert.equal(await download.text(), "zip");
  assert.equal(server.seen[1]?.url, "/runs/run_a/assets.zip?expires=5&signature=ab");
  assert.equal(server.seen[1]?.headers.authorization, undefined);
});

test("files of a run that lie elsewhere are fetched there, without the key and headers of the program", async () => {
  await using store = await serve(() => ({ headers: { "content-type": "application/zip" }, text: "zip" }));
  await using server = await serve(() => ({ json: { assets: `${store.url}/bucket/assets.zip?sig=ab` } }));
  const nen = client(server, { headers: { cookie: "session=1" } });
  assert.equal(await (await nen.runs.downloadAssets("run_a")).text(), "zip");
  assert.equal(server.seen[0]?.headers.cookie, "session=1");
  assert.equal(store.seen[0]?.url, "/bucket/assets.zip?sig=ab");
  assert.deepEqual([store.seen[0]?.headers.authorization, store.seen[0]?.headers.cookie], [undefined, undefined]);
});

test("a run that has left no files is said", async () => {
  await using server = await serve(() => ({ json: { assets: null } }));
  await assert.rejects(client(server).runs.downloadAssets("run_a"), { message: "run run_a has left no files" });
});
