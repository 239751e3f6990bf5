import { brokenOff, type Exchange } from "./transport.js";

/** The bytes of an answer as they come; `silence` is how many milliseconds may pass without any. */
export async function* bytesOf(exchange: Exchange, silence: number): AsyncGenerator<Uint8Array, void, undefined> {
  const { response, clock, asked } = exchange;
  const reader = response.body?.getReader();
  try {
    while (reader) {
      // Only while somebody waits: a slow reader is not a silent server.
      clock.start(silence, (seconds) => `was silent for ${seconds} s`);
      const { done, value } = await reader.read();
      clock.stop();
      if (done) break;
      yield value;
    }
  } catch (cause) {
    throw brokenOff(cause, clock, asked);
  } finally {
    // Nothing is left to end when all was read; otherwise the connection must not stay open for nobody.
    clock.close();
  }
}

/** Lines of a text that comes in pieces, without their ends, which may be any of the three; the last needs none. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    // A carriage return at the very end may be the first half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest.replace(/\r$/, "");
}
