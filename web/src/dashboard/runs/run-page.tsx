import type { Run } from "nen-client";
import { useRef } from "preact/hooks";
import { Ago } from "../components/ago";
import { Button, LinkButton } from "../components/button";
import { Copy } from "../components/copy";
import { Loaded } from "../components/loading";
import { Allowed } from "../components/notice";
import { Page } from "../components/page";
import { type Tab, Tabs } from "../components/tabs";
import { href, part, place, setQuery } from "../router";
import type { PageProps } from "../routes";
import { nen } from "../server/client";
import { type Loaded as Answer, useLoad } from "../server/load";
import { may } from "../server/scopes";
import { useTask } from "../server/task";
import { cancelRun, startHref } from "./deeds";
import { DetailsTab } from "./details-tab";
import { FilesTab } from "./files/files-tab";
import { LogTab } from "./log/log-tab";
import { RunOutcome } from "./outcome";
import { usePoll } from "./poll";
import { RunNumbers } from "./run-numbers";
import { RunStatus } from "./run-status";
import { isOver, shortId } from "./run-time";
import { StepsTab } from "./steps/steps-tab";
import { WebhooksTab } from "./webhooks-tab";
import "./run.css";

const BACK = { href: href("/runs"), label: "Runs" };
const LIVE_MS = 1000;

/** One run, as it goes and as it went. */
export default function RunPage({ params }: PageProps) {
  const id = params["id"] ?? "";
  const answer = useLoad((signal) => nen.runs.get(id, { signal }), [id], "workflows:read");
  const run = answer.data;
  usePoll(async (signal) => answer.set(await nen.runs.get(id, { signal })), run && !isOver(run) ? LIVE_MS : null);
  return (
    <Page
      title={run ? `${run.workflowName}, run ${shortId(id)}` : "Run"}
      heading={
        run && (
          <>
            {run.workflowName}
            <span class="run-status">
              <RunStatus run={run} />
            </span>
          </>
        )
      }
      back={BACK}
      lead={run && <Lead run={run} />}
      actions={run && <Actions run={run} answer={answer} />}
    >
      <Allowed scope="workflows:read">
        <Loaded answer={answer} gone="There is no run with this id. Runs are kept for 30 days, unless the server was told otherwise.">
          {(found) => <OneRun run={found} />}
        </Loaded>
      </Allowed>
    </Page>
  );
}

function Lead({ run }: { run: Run }) {
  return (
    <span class="run-lead">
      <code>{shortId(run.messageId)}</code>
      <Copy text={run.messageId} label="Copy the run’s id" />
      <span>
        {run.startedAt ? "started" : "accepted"} <Ago at={run.startedAt ?? run.createdAt} />
      </span>
    </span>
  );
}

function Actions({ run, answer }: { run: Run; answer: Answer<Run> }) {
  const cancelling = useTask(async () => {
    const now = await cancelRun(run);
    if (now) answer.set(now);
  });
  const mayWrite = may("workflows:write");
  const canCancel = mayWrite && !isOver(run) && !run.cancelRequested;
  return (
    <>
      {canCancel && (
        <Button icon="crossCircle" busy={cancelling.busy} onClick={() => void cancelling.run()}>
          Cancel
        </Button>
      )}
      {mayWrite && (
        <LinkButton icon="refresh" href={startHref(run.workflowId, run.messageId)}>
          Run again
        </LinkButton>
      )}
      {run.steps > 0 && (
        <LinkButton kind={isOver(run) ? "primary" : "plain"} icon="replay" href={href(`/runs/${part(run.messageId)}/replay`)}>
          Replay
        </LinkButton>
      )}
    </>
  );
}

function OneRun({ run }: { run: Run }) {
  const first = useRef(isOver(run) ? "steps" : "log").current; // who follows a run keeps its log when it ends
  const tabs: Tab[] = [
    { id: "log", label: "Log" },
    { id: "steps", label: "Steps", count: run.steps },
    { id: "files", label: "Files" },
    { id: "webhooks", label: "Webhooks" },
    { id: "details", label: "Details" },
  ];
  const asked = place.value.query.get("tab");
  const tab = tabs.find(({ id }) => id === asked)?.id ?? (run.steps === 0 ? "log" : first);
  return (
    <>
      <RunNumbers run={run} />
      <RunOutcome run={run} />
      <Tabs label="About this run" tabs={tabs} value={tab} onChange={(id) => setQuery({ tab: id, step: null })}>
        {tab === "log" && <LogTab run={run} />}
        {tab === "steps" && <StepsTab run={run} />}
        {tab === "files" && <FilesTab run={run} />}
        {tab === "webhooks" && <WebhooksTab run={run} />}
        {tab === "details" && <DetailsTab run={run} />}
      </Tabs>
    </>
  );
}
