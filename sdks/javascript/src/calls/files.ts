import type { UploadBody } from "../body.js";
import { Download } from "../download.js";
import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Call, Transport } from "../transport.js";
import type {
  DownloadOptions,
  File,
  Folder,
  PathOptions,
  ReadOptions,
  UploadFileResponse,
  UploadOptions,
} from "../types/file.js";
import { fromWire } from "../wire.js";

const BYTES = "application/octet-stream";

export async function list(transport: Transport, id: string, options: PathOptions = {}): Promise<File[]> {
  const call: Call = { method: "GET", path: route`/desktops/${id}/files`, query: folder(options), options };
  return fromWire(await transport.listIn(call, "files"));
}

export async function upload(
  transport: Transport,
  id: string,
  name: string,
  body: UploadBody,
  options: UploadOptions = {},
): Promise<UploadFileResponse> {
  const path = route`/desktops/${id}/files/${name}`;
  const headers = { "content-type": options.contentType ?? BYTES };
  return fromWire(
    await transport.object({ method: "POST", path, query: folder(options), headers, body, long: true, options }),
  );
}

export async function download(
  transport: Transport,
  id: string,
  name: string,
  options: DownloadOptions = {},
): Promise<Download> {
  const path = route`/desktops/${id}/files/${name}`;
  return read(transport, { method: "GET", path, query: folder(options) }, options);
}

export async function remove(transport: Transport, id: string, name: string, options: PathOptions = {}): Promise<void> {
  const path = route`/desktops/${id}/files/${name}`;
  await transport.remove({ method: "DELETE", path, query: folder(options), options });
}

export async function listFolder(
  transport: Transport,
  id: string,
  path: string,
  pattern?: string,
  options?: RequestOptions,
): Promise<Folder> {
  const call: Call = { method: "GET", path: route`/desktops/${id}/fs`, query: { path, pattern }, options };
  return fromWire(await transport.object(call));
}

export async function readFile(
  transport: Transport,
  id: string,
  path: string,
  options: ReadOptions = {},
): Promise<Download> {
  return read(transport, { method: "GET", path: route`/desktops/${id}/fs/content`, query: { path } }, options);
}

export async function writeFile(
  transport: Transport,
  id: string,
  path: string,
  body: UploadBody,
  options: WriteOptions = {},
): Promise<void> {
  await transport.nothing({
    method: "PUT",
    path: route`/desktops/${id}/fs/content`,
    query: { path, append: options.append },
    headers: { "content-type": BYTES },
    body,
    // Once more would be once more.
    repeatable: options.append !== true,
    long: true,
    options,
  });
}

/** How a file is written. */
export interface WriteOptions extends RequestOptions {
  /** Whether the body is added to the end of the file rather than put in its place. */
  append?: boolean;
}

/** Asks for bytes, or a part of them, or only for other ones than are known. */
export async function read(
  transport: Transport,
  call: Call,
  options: ReadOptions,
  types?: readonly string[],
): Promise<Download> {
  const headers = { range: rangeOf(options.range), "if-none-match": options.ifNoneMatch };
  const exchange = await transport.open({ ...call, headers, long: true, options }, types);
  return new Download(exchange, transport.settings.silenceTimeout);
}

function rangeOf(range: ReadOptions["range"]): string | undefined {
  if (range === undefined || typeof range === "string") return range;
  return `bytes=${range.start ?? 0}-${range.end ?? ""}`;
}

/** `?path=`, which the root of the drive does without. */
function folder({ path }: PathOptions): { path: string | undefined } {
  return { path: path || undefined };
}
