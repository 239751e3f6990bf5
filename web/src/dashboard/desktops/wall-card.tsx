import type { Desktop } from "nen-client";
import { useState } from "preact/hooks";
import { actorName, describe } from "../actions/describe";
import { Ago } from "../components/ago";
import { Badge, Status } from "../components/badge";
import { now } from "../components/clock";
import { formatSpan } from "../components/format";
import { Icon } from "../components/icon";
import { Menu } from "../components/menu";
import { href, part } from "../router";
import { activityOf } from "./activity";
import { deedsOf, nameOf } from "./deeds";
import { RenameDialog } from "./rename-dialog";
import { Thumbnail } from "./thumbnail";

/** One desktop on the wall: its screen, how it is, and what was last done on it. */
export function WallCard({ desktop }: { desktop: Desktop }) {
  const [isRenaming, setRenaming] = useState(false);
  const { desktopId, status, metadata = {}, createdAt } = desktop;
  const { isHeld, heldBy } = activityOf(desktopId);
  const labels = Object.entries(metadata);
  return (
    <article class="wall-card" aria-label={nameOf(desktop)}>
      <Thumbnail desktop={desktop} />
      {isHeld.value && status === "running" && (
        <span class="wall-held">
          <Badge tone="accent" icon="hand">
            {heldBy.value && heldBy.value !== "human" ? `${heldBy.value} in control` : "Person in control"}
          </Badge>
        </span>
      )}
      <div class="wall-about">
        <div class="row">
          <h2 class="clip grow">
            <a class="wall-link" href={href(`/desktops/${part(desktopId)}`)} title={desktopId}>
              {nameOf(desktop)}
            </a>
          </h2>
          <Menu small label={`More for ${nameOf(desktop)}`} items={deedsOf(desktop, () => setRenaming(true))} />
        </div>
        <div class="row small muted">
          <Status status={status} />
          <span class="wall-age" title="Since its creation">
            <Icon name="clock" size={13} />
            {formatSpan(Math.max(0, now.value - createdAt))}
          </span>
          {labels.slice(0, 2).map(([name, value]) => (
            <Badge key={name} title={`${name}: ${value}`}>
              {value || name}
            </Badge>
          ))}
          {labels.length > 2 && <span>+{labels.length - 2}</span>}
        </div>
        {status === "error" && desktop.error ? <p class="wall-last bad clip" title={desktop.error}>{desktop.error}</p> : <LastAction id={desktopId} />}
      </div>
      {isRenaming && <RenameDialog desktop={desktop} onClose={() => setRenaming(false)} />}
    </article>
  );
}

function LastAction({ id }: { id: string }) {
  const last = activityOf(id).lastAction.value;
  if (!last) return <p class="wall-last muted">{last === null ? "Nothing done yet" : "\u00a0"}</p>;
  const { icon, text } = describe(last);
  return (
    <p class="wall-last muted" title={`${text}, by ${actorName(last.actor)}`}>
      <Icon name={last.status === "error" ? "alert" : icon} size={14} />
      <span class="clip">{text}</span>
      <span class="end">
        <Ago at={last.startedAt} />
      </span>
    </p>
  );
}
