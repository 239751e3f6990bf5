import type { RunFilter, RunStatus } from "nen-client";
import { useState } from "preact/hooks";
import { Button, LinkButton } from "../components/button";
import { Skeleton } from "../components/loading";
import { LoadMore } from "../components/load-more";
import { Allowed, Empty, ErrorNotice } from "../components/notice";
import { Page } from "../components/page";
import { href, place } from "../router";
import { nen } from "../server/client";
import { useLoad } from "../server/load";
import { may } from "../server/scopes";
import { ChooseWorkflowDialog } from "./choose-workflow-dialog";
import { RunFilters } from "./run-filters";
import { useRunList } from "./run-list";
import { RunsTable } from "./runs-table";

/** All runs of the workspace. */
export default function RunsPage() {
  const [isChoosing, setChoosing] = useState(false);
  return (
    <Page
      title="Runs"
      lead="What workflows did, and what they are doing now."
      actions={
        may("workflows:write") && (
          <Button kind="primary" icon="play" onClick={() => setChoosing(true)}>
            Start a run
          </Button>
        )
      }
    >
      <Allowed scope="workflows:read">
        <Runs start={() => setChoosing(true)} />
      </Allowed>
      {isChoosing && <ChooseWorkflowDialog onClose={() => setChoosing(false)} />}
    </Page>
  );
}

function Runs({ start }: { start(): void }) {
  const { query } = place.value;
  const [status, workflowId] = [query.get("status") ?? "", query.get("workflow") ?? ""];
  const filter: RunFilter = { ...(status && { status: status as RunStatus }), ...(workflowId && { workflowId }) };
  const list = useRunList(filter);
  const workflows = useLoad((signal) => nen.workflows.list({ signal }), []);
  const isFiltered = status !== "" || workflowId !== "";
  return (
    <>
      <RunFilters status={status} workflowId={workflowId} workflows={workflows.data ?? []} />
      {list.error !== undefined && <ErrorNotice error={list.error} again={() => void list.again()} />}
      {list.runs === undefined && list.error === undefined && <Skeleton lines={6} height={44} />}
      {list.runs?.length === 0 && (isFiltered ? <NothingFits /> : <NoRuns start={start} hasWorkflows={(workflows.data ?? []).length > 0} />)}
      {list.runs && list.runs.length > 0 && <RunsTable label="Runs, newest first" runs={list.runs} onChanged={list.put} />}
      <LoadMore more={list.more} busy={list.busy} onMore={() => void list.loadMore()} />
    </>
  );
}

function NothingFits() {
  return (
    <Empty icon="filter" title="No run fits" action={<LinkButton href={href("/runs")}>Show all runs</LinkButton>}>
      Nothing in this workspace has that status and that workflow. Runs are kept for 30 days, unless the server was told otherwise.
    </Empty>
  );
}

function NoRuns({ start, hasWorkflows }: { start(): void; hasWorkflows: boolean }) {
  return (
    <Empty
      icon="activity"
      title="No runs yet"
      action={
        hasWorkflows && may("workflows:write") ? (
          <Button kind="primary" icon="play" onClick={start}>
            Start the first run
          </Button>
        ) : (
          <LinkButton kind="primary" icon="flow" href={href("/workflows")}>
            To the workflows
          </LinkButton>
        )
      }
    >
      A run executes a workflow once, on a desktop of its own. Here you see it going, read its log, look at each step, and get its result.
    </Empty>
  );
}
