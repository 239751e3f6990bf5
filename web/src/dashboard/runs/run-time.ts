import type { Run } from "nen-client";
import { formatDuration } from "../components/format";

const OVER = ["completed", "failed", "timeout", "cancelled"];

/** Whether a run has ended; also in a way that only a newer server knows. */
export function isOver(run: Run): boolean {
  return typeof run.finishedAt === "number" || OVER.includes(run.runStatus);
}

/** How long it took or takes, in words; null before its start. `now` in Unix seconds. */
export function runDuration(run: Run, now: number): string | null {
  if (typeof run.startedAt !== "number") return null;
  const milliseconds = Math.max(0, ((run.finishedAt ?? now) - run.startedAt) * 1000);
  if (isOver(run)) return formatDuration(milliseconds);
  return milliseconds < 10_000 ? `${Math.floor(milliseconds / 1000)} s` : formatDuration(Math.floor(milliseconds / 1000) * 1000);
}

/** The first part of its id: enough to tell runs apart by eye. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
