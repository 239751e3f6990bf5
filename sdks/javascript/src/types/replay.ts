import type { FromWire, Open } from "../wire.js";
import type { Size } from "./desktop.js";

/** What was done on a desktop or by a run, step by step. Times are Unix seconds with a fraction. */
export interface Replay extends FromWire {
  /** Of this format. */
  version: number;
  kind: Open<"desktop" | "run">;
  /** Id of the desktop or the run. */
  id: string;
  /** The desktop's name, or the workflow's. */
  title: string;
  /** Screen size in pixels; null when no picture tells. */
  display?: Size | null;
  startedAt: number;
  /** Null while it goes on. */
  endedAt?: number | null;
  /** Oldest first. */
  steps: ReplayStep[];
}

/** One step of a replay: a call, or one question to a model. */
export interface ReplayStep extends FromWire {
  /** Grows with time: of a desktop the id in the tool log, of a run 1, 2, 3… */
  number: number;
  /** Unix seconds with a fraction. */
  at: number;
  /** Milliseconds; absent while it goes on. */
  durationMs?: number | null;
  /** Who acted: the name of an API key, `human`, or a run. */
  actor: string;
  /** `computer.left_click`, `agent.execute`… */
  call: string;
  /** Its arguments; typed text is replaced by its length. */
  args: Record<string, unknown>;
  status: Open<"ok" | "error" | "skipped" | "running">;
  /** What it answered, shortened. */
  output?: unknown;
  /** Why it failed. */
  error?: string | null;
  /** Where the pointer was put or found, `[x, y]` in pixels of `display`. */
  coordinate?: number[] | null;
  /** Whether a pixel of the screen changed; absent when nobody looked. */
  changed?: boolean | null;
  /** The screen after it: a path at the server, or a `data:` URL with `images: "inline"`; absent when there is no picture. */
  screenshot?: string | null;
  /** Of a question to a model: `number` of the run's step that `call` is. */
  ofStep?: number | null;
  /** What the model said beside its actions. */
  reasoning?: string | null;
  model?: string | null;
  /** Tokens read, those from the provider's cache among them. */
  inputTokens?: number | null;
  cachedTokens?: number | null;
  outputTokens?: number | null;
  /** US dollars; absent when the model's price is not known. */
  costUsd?: number | null;
  /** How long the model took to answer, in milliseconds. */
  latencyMs?: number | null;
  /** The actions that the model asked for, each with its `output` or `error`. */
  actions?: unknown[] | null;
}
