import { Clock } from "../clock.js";
import type { Download } from "../download.js";
import { NenDesktopError } from "../errors.js";
import { idempotencyKeyOf } from "../idempotency.js";
import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import { requestSignature } from "../signature.js";
import type { Transport } from "../transport.js";
import type { ReadOptions } from "../types/file.js";
import type { Replay } from "../types/replay.js";
import type {
  LogRecord,
  Run,
  RunAccepted,
  RunFilter,
  RunPage,
  StartOptions,
  StartRun,
  Step,
  Webhook,
} from "../types/run.js";
import { fromWire, toWire } from "../wire.js";
import { read } from "./files.js";
import { type AnimationOptions, type ReplayOptions, replay, replayAnimation } from "./replay.js";
import { followLog, isOver, type LogOptions, logRecords, logText } from "./run-log.js";

// No run has as many lines: what follows from there hears of its end only.
const NO_LINES = Number.MAX_SAFE_INTEGER;

/** Runs of workflows. */
export class Runs {
  readonly #transport: Transport;
  readonly #signingSecret: string | undefined;

  constructor(transport: Transport, signingSecret: string | undefined) {
    this.#transport = transport;
    this.#signingSecret = signingSecret;
  }

  /** Starts a run. Once accepted it ends exactly once, whatever becomes of the connection. */
  async start(run: StartRun, options: StartOptions = {}): Promise<RunAccepted> {
    const json = JSON.stringify(toWire(run));
    const secret = options.signingSecret ?? (run.secureWorkflowParams && this.#signingSecret);
    if (run.secureWorkflowParams && !secret) {
      throw new TypeError("secureWorkflowParams need a signed request: pass signingSecret or set NEN_SIGNING_SECRET");
    }
    const headers = { "x-hmac-signature": secret && (await requestSignature(secret, json)) };
    const idempotencyKey = idempotencyKeyOf(options);
    const call = { method: "POST", path: "/runs", json, headers, idempotencyKey, options } as const;
    return fromWire(await this.#transport.object(call));
  }

  /** Where a run is; at its end all that its final webhook says. */
  async get(runId: string, options?: RequestOptions): Promise<Run> {
    return fromWire(await this.#transport.object({ method: "GET", path: route`/runs/${runId}`, options }));
  }

  /** One page of runs, newest first. */
  async page(filter: RunFilter & RequestOptions = {}): Promise<RunPage> {
    const { workflowId, status, limit, cursor } = filter;
    const query = { workflow_id: workflowId, status, limit, cursor };
    const answer = await this.#transport.object({ method: "GET", path: "/runs", query, options: filter });
    const page = fromWire<{ runs?: Run[]; nextCursor?: string | null }>(answer);
    return { runs: page.runs ?? [], nextCursor: page.nextCursor ?? undefined };
  }

  /** All runs, newest first, page by page as they are read. */
  async *list(filter: RunFilter & RequestOptions = {}): AsyncGenerator<Run, void, undefined> {
    let next = filter;
    for (;;) {
      const { runs, nextCursor } = await this.page(next);
      yield* runs;
      if (nextCursor === undefined) return;
      next = { ...filter, cursor: nextCursor };
    }
  }

  /**
   * The run at its end, however it ended: look at `runStatus`. `timeout` is in milliseconds; without one it waits as long
   * as the run takes. A {@link TimeoutError} ends the wait and not the run.
   */
  async wait(runId: string, options: Pick<RequestOptions, "signal" | "timeout"> = {}): Promise<Run> {
    const clock = new Clock(`run ${runId}`, options.signal);
    if (options.timeout !== undefined) clock.start(options.timeout, (seconds) => `has not ended within ${seconds} s`);
    const asked = { signal: clock.signal };
    try {
      const now = await this.get(runId, asked);
      if (isOver(now)) return now;
      const look = (): Promise<Run> => this.get(runId, asked);
      const lines = followLog(this.#transport, runId, look, { ...asked, after: NO_LINES });
      for (;;) {
        const { done, value } = await lines.next();
        if (done) return value;
      }
    } finally {
      clock.done();
    }
  }

  /** Asks for its end. One that waited has ended then; one that goes on has `cancelRequested`. */
  async cancel(runId: string, options?: RequestOptions): Promise<Run> {
    return fromWire(await this.#transport.object({ method: "POST", path: route`/runs/${runId}/cancel`, options }));
  }

  /** Its log as text, a line to each record: time, stream, text. */
  logText(runId: string, options?: LogOptions): Promise<string> {
    return logText(this.#transport, runId, options);
  }

  /** Its log so far, record by record. */
  logs(runId: string, options?: LogOptions): AsyncGenerator<LogRecord, void, undefined> {
    return logRecords(this.#transport, runId, options);
  }

  /** Its log as it is written, until it has ended; connects again, where it was, when a connection breaks off. */
  followLogs(runId: string, options: LogOptions = {}): AsyncGenerator<LogRecord, Run, undefined> {
    const { signal } = options;
    return followLog(this.#transport, runId, () => this.get(runId, { signal }), options);
  }

  /** What it did, oldest first. `limit` is 1 to 1000, 100 when left out. */
  async steps(runId: string, options: RequestOptions & { after?: number; limit?: number } = {}): Promise<Step[]> {
    const { after, limit } = options;
    const path = route`/runs/${runId}/steps`;
    return fromWire(await this.#transport.listIn({ method: "GET", path, query: { after, limit }, options }, "steps"));
  }

  /** What it saw: `name` is a step's `screenshot`, or the last part of that. */
  async screenshot(runId: string, name: string, options: ReadOptions = {}): Promise<Download> {
    const last = name.startsWith("/") ? name.slice(name.lastIndexOf("/") + 1) : name;
    const path = route`/runs/${runId}/screenshots/${last}`;
    return read(this.#transport, { method: "GET", path }, options, ["image/"]);
  }

  /** What it did and saw, step by step, with every question to a model. */
  replay(runId: string, options?: ReplayOptions): Promise<Replay> {
    return replay(this.#transport, route`/runs/${runId}`, options);
  }

  /** The same as an animated WebP; a `NotFoundError` when there is no picture at all. */
  replayAnimation(runId: string, options?: AnimationOptions): Promise<Download> {
    return replayAnimation(this.#transport, route`/runs/${runId}`, options);
  }

  /** Its webhooks in the order they are sent, with every attempt. */
  async webhooks(runId: string, options?: RequestOptions): Promise<Webhook[]> {
    const path = route`/runs/${runId}/webhooks`;
    return fromWire(await this.#transport.listIn({ method: "GET", path, options }, "webhooks"));
  }

  /** Sends a webhook again, under the id it has. */
  async resendWebhook(runId: string, webhookId: string, options?: RequestOptions): Promise<Webhook> {
    const path = route`/runs/${runId}/webhooks/${webhookId}/resend`;
    return fromWire(await this.#transport.object({ method: "POST", path, options }));
  }

  /** The files it left, as `assets.zip`; where the server leads on to its object store, they come from there. */
  async downloadAssets(runId: string, options: ReadOptions = {}): Promise<Download> {
    const { signal } = options;
    const { assets } = await this.get(runId, { signal });
    if (!assets) throw new NenDesktopError(0, "", { message: `run ${runId} has left no files` });
    const path = route`/runs/${runId}/assets.zip`;
    const link = new URL(assets);
    // The server may be known to itself by a name that leads nowhere from here: what signs is the query.
    const call = link.pathname.endsWith(path)
      ? { path, query: Object.fromEntries(link.searchParams), open: true }
      : { path, link: assets };
    return read(this.#transport, { method: "GET", ...call, mayLead: true }, options, [
      "application/zip",
      "application/octet-stream",
    ]);
  }
}
