import { ConnectionError, NenDesktopError, TimeoutError } from "./errors.js";

const FIRST_MS = 500;
const BUSY = new Set([429, 502, 503, 504]);

/** What decides whether a call may be sent a second time. */
export interface Repeatable {
  method: string;
  /** Set on creating POSTs: the server does the same only once. */
  idempotencyKey?: string | undefined;
  /** False for what a second time would do again although its method says otherwise, or whose body is used up. */
  repeatable?: boolean | undefined;
  /** Whether the body is read while it is sent, so that there is none for a second time. */
  streamed: boolean;
}

/** Whether carrying the call out twice is the same as once. */
function isIdempotent(call: Repeatable): boolean {
  if (call.repeatable === false || call.streamed) return false;
  if (call.method === "POST") return call.idempotencyKey !== undefined;
  return ["GET", "HEAD", "PUT", "DELETE"].includes(call.method);
}

/** Whether a call that failed with `error` should be sent again. */
export function isWorthRepeating(call: Repeatable, error: unknown): boolean {
  if (error instanceof TimeoutError) return false;
  if (error instanceof ConnectionError) {
    if (!error.mayHaveArrived && !call.streamed) return true;
    return isIdempotent(call);
  }
  if (!(error instanceof NenDesktopError) || !isIdempotent(call)) return false;
  if (BUSY.has(error.statusCode)) return true;
  // The first request with this idempotency key still runs: its answer is going to be ours.
  return error.statusCode === 409 && call.idempotencyKey !== undefined && error.retryAfter !== undefined;
}

/**
 * Milliseconds before attempt number `attempt` (1 is the first repetition): half a second, doubled each time, up to
 * half of it sooner so that many clients do not come back at once; or what the server asked for. Undefined when the
 * server wants a longer pause than `longest`: then it is better to say so than to come too early.
 */
export function pauseBefore(
  attempt: number,
  retryAfter: number | undefined,
  longest: number,
  random: () => number = Math.random,
): number | undefined {
  if (retryAfter !== undefined) {
    const asked = retryAfter * 1000;
    return asked <= longest ? asked : undefined;
  }
  const full = Math.min(longest, FIRST_MS * 2 ** (attempt - 1));
  return full * (1 - 0.5 * random());
}

/** Seconds that the header `Retry-After` asks for, as a number or as a date; never less than 0. */
export function retryAfterSeconds(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** Waits; ends early, with the signal's reason, when `signal` says so. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}
