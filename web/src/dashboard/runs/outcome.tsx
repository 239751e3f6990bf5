import type { Run } from "nen-client";
import { Copy } from "../components/copy";
import { formatDuration, formatTime } from "../components/format";
import { Icon } from "../components/icon";
import { Json } from "../components/json";
import { runHref } from "./deeds";
import { asSentence } from "../server/sentence";
import { LivePicture } from "./live-picture";
import { isOver } from "./run-time";

/** What came of a run, or where it is, beside what it was given. */
export function RunOutcome({ run }: { run: Run }) {
  const isLive = !isOver(run) && run.runStatus !== "queued";
  return (
    <div class={`run-outcome ${isLive ? "live" : ""}`}>
      {isOver(run) ? run.success ? <Result run={run} /> : <Failure run={run} /> : isLive ? <LivePicture run={run} /> : <Waiting run={run} />}
      <Parameters run={run} />
    </div>
  );
}

function Result({ run }: { run: Run }) {
  return (
    <section class="card run-result" aria-label="Result">
      <header>
        <span class="run-good">
          <Icon name="checkCircle" size={18} />
        </span>
        <h2 class="grow">Result</h2>
        <Copy text={() => JSON.stringify(run.result, null, 2)} label="Copy the result">
          Copy
        </Copy>
      </header>
      <div class="body">
        <Json value={run.result ?? null} />
      </div>
    </section>
  );
}

/** Reasons that Nen itself gives, and what they mean. */
const REASONS: Record<string, string> = {
  Timeout: "It was ended because its time was over. Give it more under “Options” when you run it again.",
  Cancelled: "Somebody asked for its end.",
  ParamsError: "Its parameters do not fit the model that the workflow declares.",
  ResultError: "What it returned does not fit the model that the workflow declares.",
  InvalidWorkflow: "The file cannot be used as a workflow.",
  SandboxError: "Its process could not be started, or ended without a result: out of memory, killed by a signal, or by os._exit.",
  DesktopError: "It could not get its desktop.",
  WorkerLost: "The server ended while the run was on its desktop. What it had done there is not done again blindly.",
  ArtifactsError: "The files that it left could not be kept.",
  InternalError: "A fault of the server. Its log has the cause.",
};

function Failure({ run }: { run: Run }) {
  const isCancelled = run.runStatus === "cancelled";
  const reason = REASONS[run.errorType ?? ""];
  return (
    <section class={`card run-failure ${isCancelled ? "quiet" : ""}`} aria-label={isCancelled ? "Cancelled" : "Error"}>
      <header>
        <Icon name={isCancelled ? "crossCircle" : run.runStatus === "timeout" ? "clock" : "crossCircle"} size={18} />
        <h2 class="grow">{run.errorType ?? "Failed"}</h2>
        {run.error && <Copy text={`${run.errorType ?? "Error"}: ${run.error}`} label="Copy the error" />}
      </header>
      <div class="body stack tight">
        {run.error && <p class="run-message">{reason ? asSentence(run.error) : run.error}</p>}
        {reason && <p class="muted">{reason}</p>}
        {!reason && (
          <p class="muted">
            The workflow raised it. The <a href={runHref(run.messageId, { tab: "log" })}>log</a> has the traceback.
          </p>
        )}
      </div>
    </section>
  );
}

function Waiting({ run }: { run: Run }) {
  const until = run.createdAt + run.queueTimeoutSeconds;
  return (
    <section class="card run-waiting" aria-label="Waiting">
      <span class="empty-icon">
        <Icon name="wait" size={24} />
      </span>
      <h2>{run.cancelRequested ? "It is being cancelled" : "It waits for its turn"}</h2>
      <p class="muted">
        {run.concurrencyKey ? (
          <>
            Of the runs with the key <code>{run.concurrencyKey}</code> one goes at a time, oldest first.
          </>
        ) : (
          "It starts as soon as one of the server’s slots is free."
        )}{" "}
        If that takes longer than {formatDuration(run.queueTimeoutSeconds * 1000)}, until {formatTime(until)}, it ends without having started.
      </p>
    </section>
  );
}

function Parameters({ run }: { run: Run }) {
  const isEmpty = Object.keys(run.workflowParams).length === 0;
  return (
    <section class="card run-parameters" aria-label="Parameters">
      <header>
        <h2 class="grow">Parameters</h2>
        {!isEmpty && <Copy text={() => JSON.stringify(run.workflowParams, null, 2)} label="Copy the parameters" />}
      </header>
      <div class="body">{isEmpty ? <p class="muted">It was given none.</p> : <Json value={run.workflowParams} />}</div>
    </section>
  );
}
