import type { ComponentChildren } from "preact";
import "./badge.css";
import { Icon, type IconName } from "./icon";

export type Tone = "neutral" | "good" | "warn" | "bad" | "info" | "accent";

export function Badge(props: { tone?: Tone | undefined; icon?: IconName | undefined; title?: string | undefined; children: ComponentChildren }) {
  const { tone = "neutral", icon, title, children } = props;
  return (
    <span class={`badge ${tone}`} title={title}>
      {icon && <Icon name={icon} size={13} />}
      <span class="clip">{children}</span>
    </span>
  );
}

/** A word with a dot before it; `live` lets the dot breathe while something goes on. */
export function Dot({ tone, live, children }: { tone: Tone; live?: boolean | undefined; children: ComponentChildren }) {
  return (
    <span class={`dotted ${tone} ${live ? "live" : ""}`}>
      <span class="dot" aria-hidden="true" />
      {children}
    </span>
  );
}

const STATUSES: Record<string, [tone: Tone, text: string, live?: boolean]> = {
  creating: ["info", "Creating", true],
  running: ["good", "Running"],
  paused: ["neutral", "Paused"],
  error: ["bad", "Failed"],
  deleted: ["neutral", "Deleted"],
  queued: ["info", "Queued"],
  starting: ["info", "Starting", true],
  completed: ["good", "Completed"],
  success: ["good", "Succeeded"],
  succeeded: ["good", "Succeeded"],
  delivered: ["good", "Delivered"],
  failed: ["bad", "Failed"],
  failure: ["bad", "Failed"],
  timeout: ["bad", "Timed out"],
  timed_out: ["bad", "Timed out"],
  cancelled: ["neutral", "Cancelled"],
  canceled: ["neutral", "Cancelled"],
  cancelling: ["warn", "Cancelling", true],
  pending: ["info", "Pending"],
  skipped: ["neutral", "Skipped"],
  ok: ["good", "OK"],
};

/** The state of a desktop, a run, a step or a webhook, in the words of the API. Unknown words are shown as they are. */
export function Status({ status, live }: { status: string; live?: boolean | undefined }) {
  const [tone, text, breathes] = STATUSES[status] ?? ["neutral", status];
  return (
    <Dot tone={tone} live={live ?? breathes}>
      {text}
    </Dot>
  );
}
