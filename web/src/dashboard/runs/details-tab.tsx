import type { Run } from "nen-client";
import { Code } from "../components/code";
import { Copy } from "../components/copy";
import { Facts } from "../components/facts";
import { formatCount, formatDateTime, formatDuration } from "../components/format";
import { href, part } from "../router";

/** Everything that is known about a run. */
export function DetailsTab({ run }: { run: Run }) {
  const waited = typeof run.startedAt === "number" ? (run.startedAt - run.createdAt) * 1000 : null;
  return (
    <div class="run-details">
      <section class="card padded" aria-label="Details">
        <Facts
          items={[
            ["Run", <Id id={run.messageId} label="Copy the run’s id" />],
            ["Workflow", <a href={href(`/workflows/${part(run.workflowId)}`)}>{run.workflowName}</a>],
            ["Version", run.workflowVersion],
            ["Accepted", formatDateTime(run.createdAt)],
            ["Started", run.startedAt ? `${formatDateTime(run.startedAt)}${waited !== null && waited >= 1000 ? `, after ${formatDuration(waited)}` : ""}` : null],
            ["Ended", run.finishedAt ? formatDateTime(run.finishedAt) : null],
            ["Attempt", run.attempt > 1 ? `${run.attempt}; a server was lost before the run had used its desktop` : run.attempt],
          ]}
        />
      </section>
      <section class="card padded" aria-label="Options">
        <Facts
          items={[
            ["Time for it", formatDuration(run.timeoutSeconds * 1000)],
            ["Time to wait", formatDuration(run.queueTimeoutSeconds * 1000)],
            ["Model", run.model ?? "the server’s own"],
            ["Tokens", `${formatCount(run.inputTokens)} read, ${formatCount(run.outputTokens)} written`],
            ["Key", run.concurrencyKey ? <code>{run.concurrencyKey}</code> : null],
            ["Desktop", run.desktopId ? <a href={href(`/desktops/${part(run.desktopId)}`)}><code>{run.desktopId}</code></a> : "none yet"],
            ["Webhooks to", run.webhookCallback ? <span class="run-url">{run.webhookCallback}</span> : "nowhere"],
          ]}
        />
      </section>
      <details class="run-raw">
        <summary>As the API has it</summary>
        <Code label="Run as JSON" text={JSON.stringify(run.raw, null, 2)} tall />
      </details>
    </div>
  );
}

function Id({ id, label }: { id: string; label: string }) {
  return (
    <span class="row">
      <code>{id}</code>
      <Copy text={id} label={label} />
    </span>
  );
}
