import { bytesOf } from "./stream.js";
import type { Exchange } from "./transport.js";

/**
 * An answer that is a file or a picture, whose bytes come when they are asked for. Read it by one of its ways, or
 * `cancel` it: until then it holds its connection.
 */
export class Download implements AsyncIterable<Uint8Array> {
  /** Media type. */
  readonly mediaType: string;
  /** Bytes that come; undefined when the server does not say. */
  readonly size: number | undefined;
  /** For `ifNoneMatch` of a later call. */
  readonly etag: string | undefined;
  /** Which bytes of how many, `bytes 0-2/14`, when a range was asked for and given. */
  readonly contentRange: string | undefined;
  /** Whether it is still what `ifNoneMatch` names; then no bytes come. */
  readonly notModified: boolean;
  readonly #bytes: AsyncGenerator<Uint8Array, void, undefined>;
  readonly #exchange: Exchange;

  /** `silence` is how many milliseconds may pass without a byte. */
  constructor(exchange: Exchange, silence: number) {
    const { headers, status } = exchange.response;
    const length = headers.get("content-length");
    this.mediaType = headers.get("content-type") ?? "";
    // Of what was compressed on its way the length says nothing.
    this.size = length === null || headers.has("content-encoding") ? undefined : Number(length);
    this.etag = headers.get("etag") ?? undefined;
    this.contentRange = headers.get("content-range") ?? undefined;
    this.notModified = status === 304;
    this.#exchange = exchange;
    this.#bytes = bytesOf(exchange, silence);
    if (this.notModified) exchange.clock.done();
  }

  /** The bytes in pieces, as they come. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#bytes;
  }

  /** The bytes as a stream. */
  stream(): ReadableStream<Uint8Array> {
    const bytes = this.#bytes;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await bytes.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => this.cancel(),
    });
  }

  /** All bytes, in memory. */
  async bytes(): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of this.#bytes) {
      pieces.push(piece);
      length += piece.length;
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  /** All of it as text in UTF-8. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  /** Drops what was not read. */
  async cancel(): Promise<void> {
    this.#exchange.clock.close();
    await this.#bytes.return();
  }
}
