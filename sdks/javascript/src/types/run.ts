import type { CreationOptions } from "../options.js";
import type { FromWire, Open } from "../wire.js";
import type { CreateDesktop } from "./desktop.js";

/** Exactly where a run is. */
export type RunStatus = Open<"queued" | "running" | "completed" | "failed" | "timeout" | "cancelled">;

/** What a webhook says about a run; `failed` also stands for `timeout` and `cancelled`. */
export type WebhookStatus = Open<"processing" | "success" | "failed">;

/** A run to be started. */
export interface StartRun {
  /** The workflow, a UUID. */
  workflowId: string;
  /** Its parameters, as its `Params` has them. */
  workflowParams?: Record<string, unknown>;
  /** Its secrets. The request is then signed with the client's `signingSecret`. */
  secureWorkflowParams?: Record<string, string>;
  /** Where the webhooks go. Without one, the result is only at the run itself. */
  webhookCallback?: string | null;
  /** A desktop to use, and to leave as it is afterwards; otherwise one is made and deleted. */
  desktopId?: string | null;
  /** How to make that one. */
  desktop?: CreateDesktop | null;
  /** Seconds from its start after which it ends with `timeout`; 1800 when left out. */
  timeoutSeconds?: number;
  /** Seconds that it may wait for its start; 3600 when left out. */
  queueTimeoutSeconds?: number;
  /** Of the runs with the same key one is executed at a time, oldest first. */
  concurrencyKey?: string | null;
  /** The model for `Agent()` where the workflow names none. */
  model?: string | null;
  /** US dollars that its model calls may cost; then it fails. */
  maxCostUsd?: number | null;
}

/** How a run is started. */
export interface StartOptions extends CreationOptions {
  /** `nensig_…`, instead of the client's. Signs the request, with or without secrets. */
  signingSecret?: string;
}

/** Answer of a start. */
export interface RunAccepted extends FromWire {
  message: string;
  /** The run's id, a UUID. */
  messageId: string;
  workflowId: string;
}

/** A run: what its final webhook says, and what else is known about it. Times are Unix seconds with a fraction. */
export interface Run extends FromWire {
  workflowId: string;
  /** The run's own id. */
  messageId: string;
  /** As webhooks say it. */
  status: WebhookStatus;
  /** Exactly where it is. */
  runStatus: RunStatus;
  /** When the link in `assets` ends; each look makes a new one. */
  expiresAt: number;
  /** Whether it ended well; absent before its end. */
  success?: boolean | null;
  /** What `run` returned. */
  result?: unknown;
  /** Signed link to the files it left; null when there are none. */
  assets?: string | null;
  /** Why it failed. */
  error?: string | null;
  /** Class of the exception, or `Timeout`, `Cancelled`, `WorkerLost`, `SandboxError`, … */
  errorType?: string | null;
  /** The version that was current when it was accepted. */
  workflowVersion: number;
  workflowName: string;
  /** 1, and more when a worker was lost before the run had touched a desktop. */
  attempt: number;
  /** Its parameters; secrets are not among them. */
  workflowParams: Record<string, unknown>;
  webhookCallback?: string | null;
  /** The desktop it uses or used. */
  desktopId?: string | null;
  /** A page that shows its desktop live; while it runs. */
  liveViewUrl?: string | null;
  model?: string | null;
  concurrencyKey?: string | null;
  timeoutSeconds: number;
  queueTimeoutSeconds: number;
  /** Whether its end was asked for. */
  cancelRequested: boolean;
  /** Calls of the workflow package so far. */
  steps: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars of its model calls so far, as far as prices are known. */
  costUsd: number;
  createdAt: number;
  startedAt?: number | null;
  finishedAt?: number | null;
}

/** A page of runs. */
export interface RunPage {
  /** Newest first. */
  runs: Run[];
  /** For the next page, when there is one. */
  nextCursor: string | undefined;
}

/** Which runs are listed. */
export interface RunFilter {
  /** Only of this workflow. */
  workflowId?: string;
  /** Only in this status. */
  status?: RunStatus;
  /** Most runs of a page, 1 to 200; 50 when left out. */
  limit?: number;
  /** `nextCursor` of a page: the page after it. */
  cursor?: string;
}

/** One line of a run's log. */
export interface LogRecord extends FromWire {
  /** 1, 2, 3… within a run. */
  seq: number;
  /** Unix seconds with a fraction. */
  at: number;
  stream: Open<"stdout" | "stderr" | "system">;
  /** What was said, without the line's end. */
  text: string;
}

/** One call that a run made of the workflow package. */
export interface Step extends FromWire {
  /** 1, 2, 3… within the run. */
  number: number;
  /** `computer.click_at`, `agent.execute`, `drive.list`… */
  call: string;
  /** Its arguments; typed text is replaced by its length, secrets by their names. */
  args: unknown;
  status: Open<"running" | "ok" | "error">;
  /** What it answered, shortened. */
  output?: unknown;
  /** Why it failed. */
  error?: string | null;
  /** Unix seconds with a fraction. */
  startedAt: number;
  /** Milliseconds. */
  durationMs?: number | null;
  /** Path of the screenshot after it; `runs.screenshot` takes it. */
  screenshot?: string | null;
  /** The questions to models it took, for calls of the agent. */
  modelCalls?: ModelCall[];
}

/** One question to a model, and what was done with its answer. */
export interface ModelCall extends FromWire {
  /** 1, 2, 3… within the step. */
  number: number;
  model: string;
  /** How long it took to answer, in milliseconds, repetitions included. */
  latencyMs: number;
  /** Times it was asked, 1 without repetitions. */
  attempts: number;
  /** What it said beside its calls. */
  text?: string | null;
  /** The actions it asked for, each with its `output` or `error`. */
  actions: unknown[];
  /** Path of the picture that it was shown. */
  screenshotBefore?: string | null;
  /** Path of the picture after its actions. */
  screenshotAfter?: string | null;
  /** Tokens read, those from the provider's cache among them. */
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  /** US dollars; absent when the model's price is not known. */
  costUsd?: number | null;
}

/** A webhook of a run. Times are Unix seconds with a fraction. */
export interface Webhook extends FromWire {
  /** `msg_…`: the header `webhook-id`, the same for every attempt. */
  webhookId: string;
  /** What it says. */
  status: WebhookStatus;
  /** Where it goes. */
  url: string;
  /** Where it is on its way. */
  delivery: Open<"pending" | "delivered" | "failed">;
  /** When it is tried next; absent when it is not. */
  nextAttemptAt?: number | null;
  createdAt: number;
  /** Oldest first. */
  attempts: WebhookAttempt[];
}

/** One attempt to deliver a webhook. */
export interface WebhookAttempt extends FromWire {
  /** 1, 2, 3… */
  number: number;
  /** Unix seconds with a fraction. */
  at: number;
  /** Milliseconds. */
  durationMs: number;
  /** What the receiver answered. */
  statusCode?: number | null;
  /** Why it failed. */
  error?: string | null;
}

/** The body of a webhook. */
export interface WebhookPayload extends FromWire {
  workflowId: string;
  /** The run's id. */
  messageId: string;
  status: WebhookStatus;
  /** When the link in `assets` ends, Unix seconds. */
  expiresAt: number;
  /** Whether the run ended well; absent while it goes on. */
  success?: boolean;
  /** What `run` returned. */
  result?: unknown;
  /** Signed link to the files it left; null when there are none. */
  assets?: string | null;
  /** Why it failed. */
  error?: string;
  /** Class of the exception, or `Timeout`, `Cancelled`, `WorkerLost`, `SandboxError`, … */
  errorType?: string;
}
