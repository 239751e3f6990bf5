import type { Run } from "nen-client";
import { formatAgo } from "../components/format";
import { runHref } from "../runs/deeds";
import { isOver } from "../runs/run-time";
import "./run-strip.css";

const WORDS: Record<string, string> = { completed: "completed", failed: "failed", timeout: "timed out", cancelled: "cancelled", queued: "queued", running: "running" };

/** The last runs as a row of bars, the newest on the right; each leads to its run. */
export function RunStrip({ runs }: { runs: readonly Run[] }) {
  if (runs.length === 0) return <span class="muted">none yet</span>;
  const now = Date.now() / 1000;
  return (
    <span class="run-strip" role="group" aria-label="Last runs">
      {runs.map((run) => {
        const text = `${WORDS[run.runStatus] ?? run.runStatus}, ${formatAgo(run.startedAt ?? run.createdAt, now)}`;
        return <a key={run.messageId} class={`run-bar ${isOver(run) ? run.runStatus : "open"}`} href={runHref(run.messageId)} aria-label={text} title={`${text.charAt(0).toUpperCase()}${text.slice(1)}${run.error ? `: ${run.error}` : ""}`} />;
      })}
    </span>
  );
}
