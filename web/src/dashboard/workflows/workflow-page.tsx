import { NotFoundError, type Workflow } from "nen-client";
import { useState } from "preact/hooks";
import { Ago } from "../components/ago";
import { Badge } from "../components/badge";
import { Button, LinkButton } from "../components/button";
import { Copy } from "../components/copy";
import { Loaded, Skeleton } from "../components/loading";
import { Menu } from "../components/menu";
import { Allowed } from "../components/notice";
import { Page } from "../components/page";
import { Tabs } from "../components/tabs";
import { href, place, setQuery } from "../router";
import type { PageProps } from "../routes";
import { startHref } from "../runs/deeds";
import { shortId } from "../runs/run-time";
import { nen } from "../server/client";
import { useLoad } from "../server/load";
import { may } from "../server/scopes";
import { useTask } from "../server/task";
import { CodeTab } from "./code-tab";
import { deleteWorkflow } from "./deeds";
import { RunsTab } from "./runs-tab";
import { SchemasTab } from "./schemas-tab";
import { UploadDialog } from "./upload-dialog";
import { VersionsTab } from "./versions-tab";
import { WorkflowBadges } from "./workflows-table";
import "./workflow.css";

const BACK = { href: href("/workflows"), label: "Workflows" };

const TABS = [
  { id: "runs", label: "Runs" },
  { id: "code", label: "Code" },
  { id: "schemas", label: "Parameters and result" },
  { id: "versions", label: "Versions" },
] as const;

/** One workflow: its runs, its files, what it takes and gives, and its history. */
export default function WorkflowPage({ params }: PageProps) {
  const id = params["id"] ?? "";
  const answer = useLoad((signal) => nen.workflows.get(id, { signal }), [id], "workflows:read");
  const [isPublishing, setPublishing] = useState(false);
  const workflow = answer.data;
  // What answers to a change may lack the files, which the code is shown from.
  const change = (now: Workflow): void => {
    if (now.files) answer.set(now);
    else void answer.again();
  };
  return (
    <Page
      title={workflow?.name ?? "Workflow"}
      heading={
        workflow && (
          <>
            {workflow.name}
            <span class="workflow-badges">
              <Badge>v{workflow.version}</Badge>
              <WorkflowBadges workflow={workflow} />
            </span>
          </>
        )
      }
      back={BACK}
      lead={workflow && <Lead workflow={workflow} />}
      actions={workflow && may("workflows:write") && <Actions workflow={workflow} publish={() => setPublishing(true)} />}
    >
      <Allowed scope="workflows:read">
        <Loaded
          answer={answer}
          skeleton={<Skeleton lines={6} />}
          gone={
            <>
              There is no workflow with this id, or it was deleted. Its runs stay: <a href={href("/runs", { workflow: id })}>show them</a>.
            </>
          }
        >
          {(found) => !(answer.error instanceof NotFoundError) && <OneWorkflow workflow={found} change={change} />}
        </Loaded>
      </Allowed>
      {isPublishing && workflow && <UploadDialog bundle={{ name: "", files: [], leftOut: [] }} workflow={workflow} onClose={() => setPublishing(false)} onPublished={change} />}
    </Page>
  );
}

function Lead({ workflow }: { workflow: Workflow }) {
  return (
    <span class="workflow-lead">
      <code>{shortId(workflow.workflowId)}</code>
      <Copy text={workflow.workflowId} label="Copy the workflow’s id" />
      <span>
        published <Ago at={workflow.updatedAt} />
      </span>
    </span>
  );
}

function Actions({ workflow, publish }: { workflow: Workflow; publish(): void }) {
  const deleting = useTask(() => deleteWorkflow(workflow));
  return (
    <>
      <Button icon="upload" onClick={publish}>
        New version
      </Button>
      <LinkButton kind="primary" icon="play" href={startHref(workflow.workflowId)}>
        Run
      </LinkButton>
      <Menu label={`More for ${workflow.name}`} items={[{ label: "Delete", icon: "trash", danger: true, onSelect: () => void deleting.run() }]} />
    </>
  );
}

function OneWorkflow({ workflow, change }: { workflow: Workflow; change(workflow: Workflow): void }) {
  const { query } = place.value;
  const asked = query.get("tab");
  const tab = TABS.find(({ id }) => id === asked)?.id ?? "runs";
  const version = Number(query.get("version")) || workflow.version;
  return (
    <Tabs label="About this workflow" tabs={TABS} value={tab} onChange={(id) => setQuery({ tab: id === "runs" ? null : id, file: null })}>
      {tab === "runs" && <RunsTab workflow={workflow} />}
      {tab === "code" && <CodeTab workflow={workflow} version={version} />}
      {tab === "schemas" && <SchemasTab workflow={workflow} version={version} />}
      {tab === "versions" && <VersionsTab workflow={workflow} onRolledBack={change} />}
    </Tabs>
  );
}
