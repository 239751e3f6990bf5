import type { Workflow } from "nen-client";
import { LinkButton } from "../components/button";
import { Skeleton } from "../components/loading";
import { LoadMore } from "../components/load-more";
import { Empty, ErrorNotice, ScopeNote } from "../components/notice";
import { startHref } from "../runs/deeds";
import { useRunList } from "../runs/run-list";
import { RunsTable } from "../runs/runs-table";
import { may } from "../server/scopes";

/** The runs of a workflow, of all its versions. */
export function RunsTab({ workflow }: { workflow: Workflow }) {
  const list = useRunList({ workflowId: workflow.workflowId }, 25);
  return (
    <>
      {list.error !== undefined && <ErrorNotice error={list.error} again={() => void list.again()} />}
      {list.runs === undefined && list.error === undefined && <Skeleton lines={5} height={44} />}
      {list.runs?.length === 0 && (
        <Empty
          icon="activity"
          title="It was not run yet"
          action={
            may("workflows:write") ? (
              <LinkButton kind="primary" icon="play" href={startHref(workflow.workflowId)}>
                Run it
              </LinkButton>
            ) : (
              <ScopeNote scope="workflows:write" />
            )
          }
        >
          Give it its parameters in a form and watch it work.
        </Empty>
      )}
      {list.runs && list.runs.length > 0 && <RunsTable label={`Runs of ${workflow.name}, newest first`} runs={list.runs} inWorkflow onChanged={list.put} />}
      <LoadMore more={list.more} busy={list.busy} onMore={() => void list.loadMore()} />
    </>
  );
}
