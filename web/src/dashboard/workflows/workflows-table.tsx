import type { Workflow } from "nen-client";
import { Ago } from "../components/ago";
import { Badge } from "../components/badge";
import { LinkButton } from "../components/button";
import { type Column, Table } from "../components/table";
import { href, part } from "../router";
import { startHref } from "../runs/deeds";
import { RunStatus } from "../runs/run-status";
import { may } from "../server/scopes";
import type { LastRuns } from "./last-runs";
import { RunStrip } from "./run-strip";
import "./workflows.css";

/** Workflows in rows, each leading to its page. */
export function WorkflowsTable({ workflows, runs }: { workflows: readonly Workflow[]; runs: LastRuns | undefined }) {
  const columns: Column<Workflow>[] = [
    { label: "Workflow", width: "main", cell: (workflow) => <Name workflow={workflow} /> },
    { label: "Version", cell: ({ version, updatedAt }) => <span class="workflow-version">v{version} <span class="muted small"><Ago at={updatedAt} /></span></span> },
    { label: "Last runs", cell: ({ workflowId }) => (runs ? <RunStrip runs={runs.get(workflowId) ?? []} /> : <span class="muted">…</span>) },
    {
      label: "Last result",
      cell: ({ workflowId }) => {
        const last = runs?.get(workflowId)?.at(-1);
        return last ? <span class="workflow-last"><RunStatus run={last} /><span class="muted small"><Ago at={last.startedAt ?? last.createdAt} /></span></span> : <span class="muted">–</span>;
      },
    },
  ];
  if (may("workflows:write")) {
    columns.push({
      label: "Run",
      quiet: true,
      align: "end",
      cell: ({ workflowId, name }) => (
        <LinkButton small icon="play" href={startHref(workflowId)} label={`Run ${name}`}>
          Run
        </LinkButton>
      ),
    });
  }
  return <Table label="Workflows" columns={columns} rows={workflows} keyOf={({ workflowId }) => workflowId} hrefOf={({ workflowId }) => href(`/workflows/${part(workflowId)}`)} />;
}

function Name({ workflow }: { workflow: Workflow }) {
  return (
    <span class="workflow-name">
      <span>{workflow.name}</span>
      <WorkflowBadges workflow={workflow} />
    </span>
  );
}

/** What is special about a workflow. */
export function WorkflowBadges({ workflow: { network, secureFields } }: { workflow: Workflow }) {
  return (
    <>
      {network !== "none" && (
        <Badge tone="info" icon="globe" title="Its runs reach public addresses by themselves, beside what their desktop does">
          {network}
        </Badge>
      )}
      {secureFields.length > 0 && (
        <Badge icon="lock" title={`A run needs ${secureFields.join(", ")}`}>
          {secureFields.length === 1 ? "1 secret" : `${secureFields.length} secrets`}
        </Badge>
      )}
    </>
  );
}
