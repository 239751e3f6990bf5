import type { Run, Webhook } from "nen-client";
import { Status } from "../components/badge";
import { Button } from "../components/button";
import { Copy } from "../components/copy";
import { formatDateTime, formatDuration, formatTime } from "../components/format";
import { Icon } from "../components/icon";
import { Loaded } from "../components/loading";
import { Empty, Note } from "../components/notice";
import { Ago } from "../components/ago";
import { toast } from "../components/toast";
import { nen } from "../server/client";
import { useLoad } from "../server/load";
import { may } from "../server/scopes";
import { useTask } from "../server/task";
import { usePoll } from "./poll";
import { isOver } from "./run-time";

const SAYS: Record<string, string> = { processing: "Run started", success: "Run succeeded", failed: "Run failed" };

/** What was told to the run's callback, and how that went. */
export function WebhooksTab({ run }: { run: Run }) {
  const id = run.messageId;
  const answer = useLoad((signal) => nen.runs.webhooks(id, { signal }), [id]);
  const isOpen = !isOver(run) || (answer.data ?? []).some(({ delivery }) => delivery === "pending");
  usePoll(async (signal) => answer.set(await nen.runs.webhooks(id, { signal })), run.webhookCallback && answer.data && isOpen ? 2000 : null);
  if (!run.webhookCallback) {
    return (
      <Empty icon="bell" title="This run tells nobody">
        It was started without a webhook. Give one under “Options” when you start a run: it is told when the run starts and how it ends, signed, and
        repeated until it was taken.
      </Empty>
    );
  }
  return (
    <Loaded answer={answer}>
      {(webhooks) =>
        webhooks.length === 0 ? (
          <Empty icon="bell" title="Nothing sent yet">
            The first webhook goes out when the run starts.
          </Empty>
        ) : (
          <ol class="run-webhooks plain">
            {webhooks.map((webhook, index) => (
              <OneWebhook key={webhook.webhookId} runId={id} webhook={webhook} before={webhooks[index - 1]} again={answer.again} />
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}

function OneWebhook(props: { runId: string; webhook: Webhook; before: Webhook | undefined; again(): Promise<void> }) {
  const { runId, webhook, before, again } = props;
  const { webhookId, status, url, delivery, attempts, nextAttemptAt } = webhook;
  const sending = useTask(async () => {
    await nen.runs.resendWebhook(runId, webhookId);
    toast("The webhook is on its way again.");
    await again();
  });
  const waitsForOther = delivery === "pending" && attempts.length === 0 && before?.delivery === "pending";
  return (
    <li class="card">
      <header>
        <Icon name="bell" />
        <h3>
          {SAYS[status] ?? status} <code class="muted">{status}</code>
        </h3>
        <span class="grow" />
        <Status status={delivery} />
        {may("workflows:write") && !waitsForOther && (
          <Button small icon="send" busy={sending.busy} onClick={() => void sending.run()}>
            Send again
          </Button>
        )}
      </header>
      <div class="body stack tight">
        <div class="row wrap small muted">
          <span class="run-url">{url}</span>
          <span class="row">
            <code>{webhookId}</code>
            <Copy text={webhookId} label="Copy the webhook’s id" />
          </span>
        </div>
        {waitsForOther && <Note icon="clock">It waits until the one before it was taken, or was given up.</Note>}
        {!waitsForOther && delivery === "pending" && nextAttemptAt && (
          <Note icon="clock">
            Next try <Ago at={nextAttemptAt} />, at {formatTime(nextAttemptAt)}.
          </Note>
        )}
        {delivery === "failed" && <Note icon="crossCircle">It was given up. Once its receiver works again, send it again.</Note>}
        <Attempts webhook={webhook} />
      </div>
    </li>
  );
}

function Attempts({ webhook: { attempts } }: { webhook: Webhook }) {
  if (attempts.length === 0) return <p class="muted small">Not tried yet.</p>;
  return (
    <ol class="run-attempts plain" aria-label="Attempts, newest first">
      {[...attempts].reverse().map(({ number, at, durationMs, statusCode, error }) => {
        const good = typeof statusCode === "number" && statusCode >= 200 && statusCode < 300;
        return (
          <li key={number}>
            <span class="muted">#{number}</span>
            <span class={`run-code ${good ? "good" : "bad"}`}>{statusCode ?? "no answer"}</span>
            <span class="grow">{error ?? (good ? "taken" : "")}</span>
            <time class="muted" dateTime={new Date(at * 1000).toISOString()} title={formatDateTime(at)}>
              {formatTime(at)}
            </time>
            <span class="muted run-took">{formatDuration(durationMs)}</span>
          </li>
        );
      })}
    </ol>
  );
}
