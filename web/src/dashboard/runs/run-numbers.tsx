import type { Run } from "nen-client";
import { Facts } from "../components/facts";
import { formatCompact, formatCost, formatCount, formatDateTime, formatTime } from "../components/format";
import { href, part } from "../router";
import { isOver, runDuration } from "./run-time";
import { useSeconds } from "./seconds";

/** What a run took, at a glance. */
export function RunNumbers({ run }: { run: Run }) {
  const now = useSeconds(!isOver(run));
  const tokens = run.inputTokens + run.outputTokens;
  return (
    <div class="card run-numbers">
      <Facts
        wide
        items={[
          ["Duration", runDuration(run, now) ?? "not started"],
          [run.startedAt ? "Started" : "Accepted", <span title={formatDateTime(run.startedAt ?? run.createdAt)}>{formatTime(run.startedAt ?? run.createdAt)}</span>],
          ["Steps", formatCount(run.steps)],
          ["Model cost", tokens ? formatCost(run.costUsd) : "none"],
          ["Tokens", tokens ? <span title={`${formatCount(run.inputTokens)} read, ${formatCount(run.outputTokens)} written`}>{`${formatCompact(run.inputTokens)} in, ${formatCompact(run.outputTokens)} out`}</span> : "none"],
          ["Workflow", <a href={href(`/workflows/${part(run.workflowId)}`, { version: run.workflowVersion, tab: "code" })}>Version {run.workflowVersion}</a>],
        ]}
      />
    </div>
  );
}
