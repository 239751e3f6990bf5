import type { Workflow, WorkflowVersion } from "nen-client";
import { Ago } from "../components/ago";
import { Badge } from "../components/badge";
import { Button, LinkButton } from "../components/button";
import { formatDateTime } from "../components/format";
import { Loaded } from "../components/loading";
import { type Column, Table } from "../components/table";
import { href, part } from "../router";
import { nen } from "../server/client";
import { useLoad } from "../server/load";
import { may } from "../server/scopes";
import { useTask } from "../server/task";
import { rollBack } from "./deeds";

/** Who published what and when, and the way back. */
export function VersionsTab({ workflow, onRolledBack }: { workflow: Workflow; onRolledBack(workflow: Workflow): void }) {
  const answer = useLoad((signal) => nen.workflows.versions(workflow.workflowId, { signal }), [workflow]);
  const columns: Column<WorkflowVersion>[] = [
    {
      label: "Version",
      cell: ({ version, current, rolledBackTo }) => (
        <span class="row wrap">
          <strong>Version {version}</strong>
          {current && <Badge tone="good">current</Badge>}
          {typeof rolledBackTo === "number" && <Badge icon="replay">files of version {rolledBackTo}</Badge>}
        </span>
      ),
    },
    { label: "Published", cell: ({ createdAt }) => <span title={formatDateTime(createdAt)}><Ago at={createdAt} /></span> },
    { label: "By", cell: ({ createdBy }) => createdBy },
    {
      label: "Actions",
      quiet: true,
      align: "end",
      cell: (version) => (
        <span class="row version-deeds">
          <LinkButton small icon="code" href={href(`/workflows/${part(workflow.workflowId)}`, { tab: "code", version: version.version })} label={`Show the files of version ${version.version}`}>
            Files
          </LinkButton>
          {!version.current && may("workflows:write") && <RollBack workflow={workflow} version={version.version} onRolledBack={onRolledBack} />}
        </span>
      ),
    },
  ];
  return <Loaded answer={answer}>{(versions) => <Table label="Versions, newest first" columns={columns} rows={versions} keyOf={({ version }) => version} />}</Loaded>;
}

function RollBack({ workflow, version, onRolledBack }: { workflow: Workflow; version: number; onRolledBack(workflow: Workflow): void }) {
  const task = useTask(async () => {
    const now = await rollBack(workflow, version);
    if (now) onRolledBack(now);
  });
  return (
    <Button small icon="replay" busy={task.busy} onClick={() => void task.run()}>
      Roll back
    </Button>
  );
}
