import type { Desktop, Network, SessionInfo } from "nen-client";
import { useState } from "preact/hooks";
import { Ago } from "../components/ago";
import { ask } from "../components/ask";
import { Badge } from "../components/badge";
import { Button } from "../components/button";
import { Code } from "../components/code";
import { Copy } from "../components/copy";
import { Facts } from "../components/facts";
import { formatSpan } from "../components/format";
import { Note } from "../components/notice";
import { Section } from "../components/page";
import { nen } from "../server/client";
import { may } from "../server/scopes";
import { useTask } from "../server/task";

/** All that is known about a desktop, and links for people without a key. */
export function DetailsPanel({ desktop }: { desktop: Desktop }) {
  const { desktopId, display, tools, network, provisioning, timeoutSeconds, idleTimeoutSeconds, onIdle } = desktop;
  return (
    <section class="desktop-details card" aria-label="Details">
      <Facts
        wide
        items={[
          [
            "Id",
            <span class="row">
              <code class="clip">{desktopId}</code>
              <Copy text={desktopId} label="Copy id" />
            </span>,
          ],
          ["Screen", `${display.width} × ${display.height}`],
          ["Tools", <span class="row wrap">{tools.map((tool) => <Badge key={tool}>{tool}</Badge>)}</span>],
          ["Network", <NetworkText network={network} />],
          ["Created", <><Ago at={desktop.createdAt} />, {provisioning === "warm" ? "from the warm pool" : "started anew"}</>],
          ["Changed", <Ago at={desktop.updatedAt} />],
          ["When unused", idleTimeoutSeconds ? `${onIdle === "delete" ? "deleted" : "paused"} after ${formatSpan(idleTimeoutSeconds)}` : "goes on"],
          ["Deleted at the latest", timeoutSeconds ? <Ago at={desktop.createdAt + timeoutSeconds} /> : null],
          ["Workspace", <code>{desktop.workspaceId}</code>],
        ]}
      />
      {may("desktops:write") && <Share id={desktopId} />}
    </section>
  );
}

function NetworkText({ network }: { network: Network }) {
  if (typeof network === "string") return <>{network === "none" ? "None" : "Internet"}</>;
  return <span class="row wrap">{network.allow.map((place) => <Badge key={place}>{place}</Badge>)}</span>;
}

function Share({ id }: { id: string }) {
  const [session, setSession] = useState<SessionInfo | null>(null);
  const opening = useTask(async () => setSession(await nen.createSession(id)));
  const ending = useTask(async () => {
    const sure = await ask({
      title: "End all links to this desktop?",
      text: "Whoever watches by a link is disconnected at once, and control is back with the agent.",
      confirm: "End links",
      danger: true,
    });
    if (!sure) return;
    await nen.deleteSession(id);
    setSession(null);
  });
  return (
    <Section title="Link for others" lead="Somebody without a key can watch by a link for an hour.">
      {session && (
        <>
          <Code label="Link to the live view" text={session.href} wrap />
          <Note icon={session.interactive ? "cursor" : "eye"}>
            Until <Ago at={session.expiresAt} />. {session.interactive ? "Whoever has it can use mouse and keyboard." : "Whoever has it can watch, and do nothing else."}
          </Note>
        </>
      )}
      <div class="row wrap">
        <Button icon="link" busy={opening.busy} onClick={() => void opening.run()}>
          {session ? "Make a fresh link" : "Make a link"}
        </Button>
        <Button kind="quiet" busy={ending.busy} onClick={() => void ending.run()}>
          End all links
        </Button>
      </div>
    </Section>
  );
}
