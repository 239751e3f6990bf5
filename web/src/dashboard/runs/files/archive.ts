/** A file in a zip archive. */
export interface Entry {
  name: string;
  size: number;
  /** Where its local header begins, and where what follows it does. */
  from: number;
  to: number;
  isDeflated: boolean;
}

/** A zip archive on the server: its table of contents is read by itself, and files one by one. */
export interface Archive {
  size: number;
  entries: readonly Entry[];
  read(entry: Entry, signal?: AbortSignal): Promise<Blob>;
}

/** The end record is 22 bytes, with a comment of up to 65535 behind it. */
const TAIL = 22 + 65_535;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;

export async function openArchive(url: string, signal: AbortSignal): Promise<Archive> {
  const size = await sizeOf(url, signal);
  const before = Math.max(0, size - TAIL);
  const tail = await part(url, before, size, signal);
  const at = endRecord(tail);
  const view = viewOf(tail);
  const [count, length, from] = [view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
  if (from === 0xffffffff || count === 0xffff) throw new Error("This archive is too large to be listed here. Download it.");
  const directory = from >= before ? tail.subarray(from - before, from - before + length) : await part(url, from, from + length, signal);
  return {
    size,
    entries: entriesOf(directory, from).filter(({ name }) => !name.endsWith("/")),
    read: async (entry, leave) => contentOf(entry, await part(url, entry.from, entry.to, leave)),
  };
}

async function sizeOf(url: string, signal: AbortSignal): Promise<number> {
  const reply = await fetch(url, { method: "HEAD", signal });
  // What is wrong stands in a body, which HEAD has none of.
  if (!reply.ok) throw new Error(await refusal(await fetch(url, { signal })));
  return Number(reply.headers.get("content-length"));
}

/** The bytes from `from` up to before `to`. */
async function part(url: string, from: number, to: number, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const reply = await fetch(url, { headers: { range: `bytes=${from}-${to - 1}` }, ...(signal && { signal }) });
  if (!reply.ok) throw new Error(await refusal(reply));
  return new Uint8Array(await reply.arrayBuffer());
}

async function refusal(reply: Response): Promise<string> {
  try {
    const { message, error } = (await reply.json()) as { message?: string; error?: string };
    return message ?? error ?? reply.statusText;
  } catch {
    return `The server answered ${reply.status}.`;
  }
}

function endRecord(bytes: Uint8Array<ArrayBuffer>): number {
  const view = viewOf(bytes);
  for (let at = bytes.length - 22; at >= 0; at--) if (view.getUint32(at, true) === END) return at;
  throw new Error("The archive cannot be read here. Download it.");
}

function entriesOf(directory: Uint8Array<ArrayBuffer>, end: number): Entry[] {
  const view = viewOf(directory);
  const entries: Entry[] = [];
  for (let at = 0; at + 46 <= directory.length && view.getUint32(at, true) === CENTRAL; ) {
    const [nameLength, extraLength, commentLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    entries.push({
      name: new TextDecoder().decode(directory.subarray(at + 46, at + 46 + nameLength)),
      size: view.getUint32(at + 24, true),
      from: view.getUint32(at + 42, true),
      to: end,
      isDeflated: view.getUint16(at + 10, true) === 8,
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  const starts = entries.map(({ from }) => from).sort((a, b) => a - b);
  for (const entry of entries) entry.to = starts[starts.indexOf(entry.from) + 1] ?? end;
  return entries;
}

async function contentOf(entry: Entry, bytes: Uint8Array<ArrayBuffer>): Promise<Blob> {
  const view = viewOf(bytes);
  const begin = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const compressed = view.getUint32(18, true);
  // Zero where the sizes stand behind the content: then inflating finds its end, and what is stored is as long as it says.
  const data = bytes.subarray(begin, begin + (compressed || (entry.isDeflated ? bytes.length : entry.size)));
  if (!entry.isDeflated) return new Blob([data]);
  return new Response(inflated(data, entry.size)).blob();
}

/** Ends when so much has come out: a descriptor may follow, which the platform would refuse as rubbish. */
function inflated(data: Uint8Array<ArrayBuffer>, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let left = size;
  return new ReadableStream({
    async pull(controller) {
      if (left <= 0) return controller.close();
      const { value, done } = await reader.read();
      if (done) return controller.close();
      left -= value.length;
      controller.enqueue(value as Uint8Array<ArrayBuffer>);
      if (left <= 0) controller.close();
    },
    cancel: () => void reader.cancel(),
  });
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
