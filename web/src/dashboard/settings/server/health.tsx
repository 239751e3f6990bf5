import { useEffect } from "preact/hooks";
import { Dot } from "../../components/badge";
import { IconButton } from "../../components/button";
import { Facts } from "../../components/facts";
import { ErrorNotice } from "../../components/notice";
import { Skeleton } from "../../components/loading";
import { Ago } from "../../components/ago";
import { formatDuration } from "../../components/format";
import { nen } from "../../server/client";
import { type StreamState, streamState } from "../../server/events";
import { useLoad } from "../../server/load";

const STREAM: Record<StreamState, { tone: "good" | "neutral" | "warn"; text: string }> = {
  live: { tone: "good", text: "Connected" },
  connecting: { tone: "neutral", text: "Connecting" },
  lost: { tone: "warn", text: "Lost; it is tried again" },
  off: { tone: "neutral", text: "Off: the key may not look at desktops" },
};

/** How often it is asked while somebody looks. */
const EVERY_MS = 30_000;

/** Whether the server and its database answer, how fast, and what version it is. */
export function Health() {
  const answer = useLoad(async (signal) => {
    const begun = performance.now();
    const health = await nen.health({ signal, maxRetries: 0 });
    return { ...health, took: performance.now() - begun, at: Date.now() / 1000 };
  }, []);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && void answer.again(), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { data, error, busy } = answer;
  const stream = STREAM[streamState.value];
  return (
    <section class="card" aria-label="Server">
      <header>
        <h2 class="grow">Server</h2>
        {error !== undefined ? <Dot tone="bad">Out of order</Dot> : data && <Dot tone="good">Works</Dot>}
        <IconButton label="Check again" icon="refresh" small busy={busy} onClick={() => void answer.again()} />
      </header>
      <div class="body stack">
        {error !== undefined && <ErrorNotice error={error} />}
        {data === undefined && error === undefined && <Skeleton lines={4} />}
        {data && (
          <Facts
            items={[
              ["Version", data.version],
              ["Answers in", error === undefined ? formatDuration(Math.max(1, data.took)) : null],
              ["Last answer", <Ago at={data.at} />],
              ["Live updates", <Dot tone={stream.tone}>{stream.text}</Dot>],
            ]}
          />
        )}
      </div>
    </section>
  );
}
