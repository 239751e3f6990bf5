import { follow } from "../follow.js";
import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import { bytesOf, linesOf } from "../stream.js";
import type { Transport } from "../transport.js";
import type { LogRecord, Run } from "../types/run.js";
import { fromWire } from "../wire.js";

const RECORDS = "application/x-ndjson";

/** Which part of a log is wanted. */
export interface LogOptions extends RequestOptions {
  /** Only lines after the one with this `seq`. */
  after?: number;
}

/** The log as text, a line to each record. */
export async function logText(transport: Transport, runId: string, options: LogOptions = {}): Promise<string> {
  const { after } = options;
  const path = route`/runs/${runId}/logs`;
  const headers = { accept: "text/plain" };
  const call = { method: "GET", path, query: { after }, headers, long: true, options } as const;
  const exchange = await transport.open(call, ["text/plain"]);
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of bytesOf(exchange, transport.settings.silenceTimeout)) {
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** The lines that are there. */
export async function* logRecords(
  transport: Transport,
  runId: string,
  options: LogOptions = {},
): AsyncGenerator<LogRecord, void, undefined> {
  yield* await openRecords(transport, runId, { after: options.after, follow: undefined }, options);
}

/**
 * The lines that are there and those that come, until the run has ended; returns the run then. `look` asks for the run.
 * A silent connection is made again after a while: silence alone does not tell a run that says nothing from a server
 * that is gone.
 */
export async function* followLog(
  transport: Transport,
  runId: string,
  look: () => Promise<Run>,
  options: LogOptions = {},
): AsyncGenerator<LogRecord, Run, undefined> {
  let { after } = options;
  const run = yield* follow<LogRecord, Run>({
    connect: (isFirst) => {
      const request = isFirst ? options : { ...options, maxRetries: 0 };
      return openRecords(transport, runId, { after, follow: true }, request, (seq) => {
        after = seq;
      });
    },
    // The stream also ends when the server stops, and the run goes on elsewhere.
    end: async () => {
      const now = await look();
      return isOver(now) ? now : undefined;
    },
    mayBeSilent: true,
    longestPause: transport.settings.maxRetryDelay,
    signal: options.signal,
  });
  return run ?? look();
}

async function openRecords(
  transport: Transport,
  runId: string,
  query: { after: number | undefined; follow: true | undefined },
  options: RequestOptions,
  onRecord?: (seq: number) => void,
): Promise<AsyncGenerator<LogRecord, void, undefined>> {
  const path = route`/runs/${runId}/logs`;
  const call = { method: "GET", path, query, headers: { accept: RECORDS }, long: true, options } as const;
  const exchange = await transport.open(call, [RECORDS]);
  return recordsIn(linesOf(bytesOf(exchange, transport.settings.silenceTimeout)), onRecord);
}

async function* recordsIn(
  lines: AsyncIterable<string>,
  onRecord?: (seq: number) => void,
): AsyncGenerator<LogRecord, void, undefined> {
  for await (const line of lines) {
    const record = recordOf(line);
    if (!record) continue;
    onRecord?.(record.seq);
    yield record;
  }
}

/** Nothing for half a line, the last thing of a connection that broke off: it comes again with the next. */
function recordOf(line: string): LogRecord | undefined {
  try {
    return fromWire<LogRecord>(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Whether a run has ended; also in a way that only a newer server knows. */
export function isOver(run: Run): boolean {
  return typeof run.finishedAt === "number" || ["completed", "failed", "timeout", "cancelled"].includes(run.runStatus);
}
