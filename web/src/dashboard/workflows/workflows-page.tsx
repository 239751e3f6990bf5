import type { Workflow } from "nen-client";
import { useState } from "preact/hooks";
import { Button } from "../components/button";
import { DropZone } from "../components/drop-zone";
import { SearchField } from "../components/fields";
import { Loaded, Skeleton } from "../components/loading";
import { Allowed, Empty } from "../components/notice";
import { Page } from "../components/page";
import { usePoll } from "../runs/poll";
import { isOver } from "../runs/run-time";
import { nen } from "../server/client";
import { useLoad } from "../server/load";
import { may } from "../server/scopes";
import type { Bundle } from "./bundle";
import { FirstWorkflow } from "./first-workflow";
import { lastRunsOf } from "./last-runs";
import { bundleOfFiles } from "./read-files";
import { UploadDialog } from "./upload-dialog";
import { WorkflowsTable } from "./workflows-table";

/** By name, whatever its case. */
async function listed(signal: AbortSignal): Promise<Workflow[]> {
  return (await nen.workflows.list({ signal })).sort((a, b) => a.name.localeCompare(b.name));
}

/** Busy: something of what is shown goes on. */
const BUSY_MS = 2000;
const QUIET_MS = 10_000;

/** All workflows of the workspace. */
export default function WorkflowsPage() {
  const [upload, setUpload] = useState<Bundle | null>(null);
  const mayWrite = may("workflows:write");
  const answer = useLoad((signal) => listed(signal), [], "workflows:read");
  const open = (bundle: Bundle = { name: "", files: [], leftOut: [] }): void => setUpload(bundle);
  return (
    <Page
      title="Workflows"
      lead="Python files that drive a desktop, kept and executed by the server."
      actions={
        mayWrite &&
        (answer.data?.length ?? 0) > 0 && (
          <Button kind="primary" icon="upload" onClick={() => open()}>
            Upload a workflow
          </Button>
        )
      }
    >
      <Allowed scope="workflows:read">
        <DropZone label="Drop to upload as a new workflow" disabled={!mayWrite} onFiles={(files) => void bundleOfFiles(files).then(open)}>
          <Loaded answer={answer} skeleton={<Skeleton lines={5} height={48} />}>
            {(workflows) => (workflows.length === 0 ? <FirstWorkflow open={mayWrite ? open : null} /> : <All workflows={workflows} />)}
          </Loaded>
        </DropZone>
      </Allowed>
      {upload && <UploadDialog bundle={upload} onClose={() => setUpload(null)} />}
    </Page>
  );
}

function All({ workflows }: { workflows: readonly Workflow[] }) {
  const [words, setWords] = useState("");
  const runs = useLoad((signal) => lastRunsOf(workflows, signal), [workflows]);
  const isBusy = [...(runs.data?.values() ?? [])].flat().some((run) => !isOver(run));
  usePoll(async (signal) => runs.set(await lastRunsOf(workflows, signal)), runs.data ? (isBusy ? BUSY_MS : QUIET_MS) : null);
  const wanted = words.trim().toLowerCase();
  const found = workflows.filter(({ name, workflowId }) => name.toLowerCase().includes(wanted) || workflowId.startsWith(wanted));
  return (
    <div class="stack">
      {workflows.length > 8 && <SearchField label="Find a workflow" value={words} onChange={setWords} />}
      {found.length === 0 ? (
        <Empty icon="search" title="No workflow fits">
          None has “{words}” in its name.
        </Empty>
      ) : (
        <WorkflowsTable workflows={found} runs={runs.data} />
      )}
    </div>
  );
}
