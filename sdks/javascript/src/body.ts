/**
 * What can be uploaded: all of it at once, or piece by piece. A stream of Node.js is an `AsyncIterable`, too. Browsers
 * send a `Blob` or `File` piece by piece by themselves and most of them take no stream.
 */
export type UploadBody =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>;

/** A body as `fetch` takes it. */
export interface Sendable {
  body: string | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array>;
  /** Why the source of a stream failed, if it did: `fetch` does not say. */
  trouble: { reason?: unknown };
}

/** Whether a body can be read only once, while it is sent. */
export function isStreamed(body: UploadBody | undefined): boolean {
  return typeof body === "object" && body !== null && ("getReader" in body || Symbol.asyncIterator in body);
}

/** `body` for `fetch`; `onPiece` hears whenever a piece of a stream is about to be sent. */
export function sendable(body: UploadBody, onPiece: () => void): Sendable {
  const trouble: { reason?: unknown } = {};
  if (typeof body === "string" || body instanceof Uint8Array || body instanceof ArrayBuffer || body instanceof Blob) {
    return { body, trouble };
  }
  if (!isStreamed(body)) {
    throw new TypeError("the body must be text, bytes, a Blob, a ReadableStream or an AsyncIterable of bytes");
  }
  return { body: streamOf(isStream(body) ? readAll(body) : body, onPiece, trouble), trouble };
}

function isStream(body: object): body is ReadableStream<Uint8Array> {
  return "getReader" in body && typeof body.getReader === "function";
}

/** The pieces of a stream; not every browser's streams can be iterated over. */
async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let complete = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        complete = true;
        return;
      }
      yield value;
    }
  } finally {
    // Only what was given up early has anything left to end; that it cannot be ended changes nothing here.
    if (!complete) await reader.cancel().catch(() => undefined);
  }
}

function streamOf(
  pieces: AsyncIterable<Uint8Array | string>,
  onPiece: () => void,
  trouble: { reason?: unknown },
): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        onPiece();
        if (done) controller.close();
        else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
      } catch (reason) {
        trouble.reason = reason;
        throw reason;
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
