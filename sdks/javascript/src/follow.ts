import { ConnectionError, NenDesktopError, NotFoundError, ServerError, TimeoutError } from "./errors.js";
import { pause, pauseBefore } from "./retry.js";

// Together about forty seconds: time enough for a server to be started again.
const MOST_FAILURES = 8;
const LONGEST_PAUSE_MS = 8000;
// What held this long was a good connection, whether anything came or not.
const STEADY_MS = 10_000;

/** A connection that is made again when it breaks off. */
export interface Followed<T, End> {
  /** Connects, to go on where the last connection was. The first time it does so as patiently as any other call. */
  connect(isFirst: boolean): Promise<AsyncIterable<T>>;
  /** Asked after each item: whether it was the last. */
  isLast?(item: T): boolean;
  /** Whether an item came from the server; all do when left out. */
  isReceived?(item: T): boolean;
  /** What to say when a connection is lost, before it is made again. */
  lost?(trouble: unknown): T;
  /** Asked when the server has ended the stream: what to end with; undefined when there is more to come. */
  end?(): Promise<End | undefined>;
  /** Whether a living connection can be silent for long. */
  mayBeSilent?: boolean;
  /** Longest pause before a connection is made again, in milliseconds. */
  longestPause: number;
  /** How many failures running are too many; 8 when left out. */
  mostFailures?: number | undefined;
  /** Ends it all. */
  signal?: AbortSignal | undefined;
}

/**
 * Everything that comes, over as many connections as it takes. It ends with the last item, with `end`, or when what is
 * followed is no longer there; it throws when nothing could be had several times running.
 */
export async function* follow<T, End>(followed: Followed<T, End>): AsyncGenerator<T, End | undefined, undefined> {
  const { mostFailures = MOST_FAILURES } = followed;
  let failures = 0;
  let connected = false;
  for (;;) {
    let trouble: unknown;
    let since = Number.POSITIVE_INFINITY;
    try {
      const items = await followed.connect(!connected);
      connected = true;
      since = performance.now();
      try {
        for await (const item of items) {
          if (followed.isReceived?.(item) ?? true) failures = 0;
          yield item;
          if (followed.isLast?.(item)) return undefined;
        }
      } catch (error) {
        if (!followed.mayBeSilent || !(error instanceof TimeoutError) || followed.signal?.aborted) throw error;
        failures = 0;
      }
      const end = await followed.end?.();
      if (end !== undefined) return end;
    } catch (error) {
      if (connected && error instanceof NotFoundError) return undefined;
      // What never worked has been tried again already, and would not get better.
      if (!connected || followed.signal?.aborted || !mayPass(error)) throw error;
      trouble = error;
    }
    if (performance.now() - since >= STEADY_MS) failures = 0;
    if (since !== Number.POSITIVE_INFINITY && followed.lost) yield followed.lost(trouble);
    failures += 1;
    if (failures > mostFailures) throw trouble ?? gaveUp();
    const longest = Math.min(LONGEST_PAUSE_MS, followed.longestPause);
    await pause(pauseBefore(failures, undefined, longest) ?? longest, followed.signal);
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof ServerError) return true;
  return error instanceof NenDesktopError && error.statusCode === 429;
}

function gaveUp(): ConnectionError {
  return new ConnectionError("the server ended the stream each time as soon as it had begun: look at its log", true);
}
