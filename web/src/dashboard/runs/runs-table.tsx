import type { Run } from "nen-client";
import { Ago } from "../components/ago";
import { IconButton } from "../components/button";
import { formatCost, formatCount } from "../components/format";
import { type Column, Table } from "../components/table";
import { may } from "../server/scopes";
import { useTask } from "../server/task";
import { cancelRun, runHref } from "./deeds";
import { RunStatus } from "./run-status";
import { isOver, runDuration, shortId } from "./run-time";
import { useSeconds } from "./seconds";
import "./runs-table.css";

/** Runs in rows, each leading to its page. `of` is a workflow: then its name stands in no row. */
export function RunsTable({ label, runs, inWorkflow, onChanged }: { label: string; runs: readonly Run[]; inWorkflow?: boolean; onChanged(run: Run): void }) {
  const now = useSeconds(runs.some((run) => !isOver(run)));
  const columns: Column<Run>[] = [
    { label: "Run", width: "main", cell: (run) => <RunName run={run} inWorkflow={inWorkflow ?? false} /> },
    { label: "Status", cell: (run) => <RunStatus run={run} /> },
    { label: "Version", width: "small", cell: ({ workflowVersion }) => <span class="muted">v{workflowVersion}</span> },
    { label: "Started", cell: (run) => <When run={run} /> },
    { label: "Duration", align: "end", cell: (run) => runDuration(run, now) ?? <None /> },
    { label: "Steps", align: "end", width: "small", cell: ({ steps }) => (steps ? formatCount(steps) : <None />) },
    { label: "Cost", align: "end", width: "small", cell: ({ costUsd }) => (costUsd ? formatCost(costUsd) : <None />) },
  ];
  if (may("workflows:write") && runs.some((run) => !isOver(run))) {
    columns.push({ label: "Cancel", quiet: true, align: "end", width: "small", cell: (run) => !isOver(run) && <Cancel run={run} onChanged={onChanged} /> });
  }
  return <Table label={label} columns={columns} rows={runs} keyOf={({ messageId }) => messageId} hrefOf={({ messageId }) => runHref(messageId)} />;
}

function RunName({ run, inWorkflow }: { run: Run; inWorkflow: boolean }) {
  return (
    <span class="runs-name">
      {inWorkflow ? <code>{shortId(run.messageId)}</code> : <span>{run.workflowName}</span>}
      {run.error ? (
        <span class="runs-error clip" title={run.error}>
          {run.error}
        </span>
      ) : (
        !inWorkflow && <code class="muted">{shortId(run.messageId)}</code>
      )}
    </span>
  );
}

function When({ run }: { run: Run }) {
  if (run.startedAt) return <span class="runs-when"><Ago at={run.startedAt} /></span>;
  return <span class="runs-when muted">{isOver(run) ? "never" : "not yet"}</span>;
}

function Cancel({ run, onChanged }: { run: Run; onChanged(run: Run): void }) {
  const task = useTask(async () => {
    const now = await cancelRun(run);
    if (now) onChanged(now);
  });
  if (run.cancelRequested) return null;
  return <IconButton label={`Cancel ${run.workflowName} ${shortId(run.messageId)}`} icon="crossCircle" small busy={task.busy} onClick={() => void task.run()} />;
}

function None() {
  return <span class="muted">–</span>;
}
