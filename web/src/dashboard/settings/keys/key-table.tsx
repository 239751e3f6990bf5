import type { ComponentChildren } from "preact";
import type { Key } from "nen-client";
import { Ago } from "../../components/ago";
import { Badge } from "../../components/badge";
import { Button } from "../../components/button";
import { now } from "../../components/clock";
import { type Column, Table } from "../../components/table";
import { identity } from "../../server/identity";
import { powerOf, withoutIncluded } from "./access";
import { isOver, stateOf } from "./key-state";
import "./keys.css";

/** The keys of the workspace; those that ended are dimmed. */
export function KeyTable({ keys, onRevoke, busy }: { keys: readonly Key[]; onRevoke(key: Key): void; busy: string | null }) {
  const columns: Column<Key>[] = [
    { label: "Name", width: "main", cell: nameCell },
    { label: "Scopes", cell: scopesCell },
    { label: "Created", cell: (key) => <Ago at={key.createdAt} /> },
    { label: "Last used", cell: (key) => (key.lastUsedAt ? <Ago at={key.lastUsedAt} /> : <span class="muted">Never</span>) },
    { label: "Ends", cell: endCell },
    {
      label: "Actions",
      quiet: true,
      align: "end",
      cell: (key) =>
        isOver(stateOf(key, now.value)) || key.id === identity.value?.keyId ? null : (
          <Button small kind="quiet" class="key-revoke" busy={busy === key.id} onClick={() => onRevoke(key)} aria-label={`Revoke ${key.name}`}>
            Revoke
          </Button>
        ),
    },
  ];
  return (
    <div class="key-table">
      <Table label="Keys of the workspace" columns={columns} rows={keys} keyOf={(key) => key.id} />
    </div>
  );
}

function nameCell(key: Key): ComponentChildren {
  const isMine = key.id === identity.value?.keyId;
  return (
    <div class={isOver(stateOf(key, now.value)) ? "key-over" : undefined}>
      <div class="row wrap">
        <span class="strong">{key.name}</span>
        {isMine && <Badge tone="accent">This sign-in</Badge>}
      </div>
      <code class="small muted" title={`Id: ${key.id}`}>
        {key.prefix}…
      </code>
    </div>
  );
}

function scopesCell(key: Key): ComponentChildren {
  const over = isOver(stateOf(key, now.value));
  return (
    <ul class={`plain key-scopes ${over ? "key-over" : ""}`}>
      {withoutIncluded(key.scopes).map((scope) => (
        <li key={scope}>
          <Badge tone={scope === "admin" && !over ? "warn" : "neutral"} title={`May ${powerOf(scope) ?? scope}`}>
            {scope}
          </Badge>
        </li>
      ))}
    </ul>
  );
}

function endCell(key: Key): ComponentChildren {
  const state = stateOf(key, now.value);
  if (state === "revoked" && key.revokedAt) return <Badge>Revoked <Ago at={key.revokedAt} /></Badge>;
  if (!key.expiresAt) return <span class="muted">Never</span>;
  if (state === "expired") return <Badge>Expired <Ago at={key.expiresAt} /></Badge>;
  if (state === "ending") return <Badge tone="warn" icon="clock"><Ago at={key.expiresAt} /></Badge>;
  return <Ago at={key.expiresAt} />;
}
