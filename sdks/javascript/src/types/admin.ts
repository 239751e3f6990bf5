import type { FromWire, Open } from "../wire.js";
import type { Network } from "./network.js";

/** What a key may do. `desktops:write` includes reading, `admin` everything. */
export type Scope = Open<"desktops:read" | "desktops:write" | "workflows:read" | "workflows:write" | "admin">;

/** An API key to be made. */
export interface CreateKey {
  /** To recognise it by, 1 to 128 characters. The tool log names it as the actor. */
  name: string;
  scopes: readonly Scope[];
  /** From when on it no longer works, Unix seconds; never when left out. */
  expiresAt?: number | null;
}

/** An API key, without its secret. Times are Unix seconds. */
export interface Key extends FromWire {
  /** `key_…`. */
  id: string;
  workspaceId: string;
  name: string;
  /** Beginning of the secret, to recognise it by. */
  prefix: string;
  scopes: Scope[];
  createdAt: number;
  /** From when on it no longer works; null for never. */
  expiresAt?: number | null;
  /** Null unless revoked. */
  revokedAt?: number | null;
  /** Up to a minute behind; null when it was never used. */
  lastUsedAt?: number | null;
}

/** A key just made. */
export interface NewKey extends Key {
  /** The key itself, shown only this once; null when the server answered the same creation before. */
  secret?: string | null;
}

/** What may be shown of a secret. */
export interface SecretHint extends FromWire {
  /** Its last four characters. */
  hint: string;
  /** Unix seconds. */
  createdAt: number;
  /** Unix seconds until which the one before is valid, too. */
  previousValidUntil?: number | null;
}

/** What the models of a workspace may cost in a calendar month (UTC), and have cost in this one. */
export interface Budget extends FromWire {
  /** US dollars in a month; null for no limit. */
  maxCostUsd: number | null;
  /** US dollars spent in this month, as far as prices are known. */
  spentUsd: number;
  /** The month's first moment, Unix seconds. */
  periodStart: number;
  /** The next month's first moment, Unix seconds. */
  periodEnd: number;
}

/** Settings of a workspace. */
export interface WorkspaceSettings extends FromWire {
  workspaceId: string;
  /** Signs webhooks that go out. */
  webhookSecret: SecretHint;
  /** Signs requests that come in with secrets. */
  signingSecret: SecretHint;
  /** What models may cost; absent on servers that do not know budgets. */
  budget?: Budget;
  /** What its desktops and workflows may reach at most; absent on servers that do not know it. */
  network?: Network;
}

/** A secret just made. */
export interface NewSecret extends FromWire {
  /** Shown this once. `whsec_…` for webhooks, `nensig_…` for requests. */
  secret: string;
  /** Unix seconds until which the one before is valid, too. */
  previousValidUntil: number;
}

/** What one model was used for on one day. */
export interface ModelUseDay extends FromWire {
  /** The day in UTC, `2026-11-26`. */
  day: string;
  model: string;
  /** Calls that were answered. */
  calls: number;
  /** Tokens read afresh. */
  inputTokens: number;
  /** Tokens read from the provider's cache. */
  cachedInputTokens: number;
  /** Tokens written into the provider's cache. */
  cacheWriteTokens: number;
  /** Tokens written by the model. */
  outputTokens: number;
  /** US dollars of the calls whose price was known; null when no price was. */
  costUsd: number | null;
}

/** Something that somebody did. */
export interface AuditEntry extends FromWire {
  /** `aud_…`. */
  id: string;
  /** Unix seconds with a fraction. */
  at: number;
  /** What was done, such as `key.create`. */
  action: string;
  /** Who did it: the name of a key, `human` for somebody with a link to the live view, empty when nobody is known. */
  actor: string;
  keyId?: string | null;
  /** Where the request came from, as far as that is known. */
  address?: string | null;
  /** Id of what it was done to. */
  object?: string | null;
  /** As in `x-request-id` and in the server's log. */
  requestId?: string | null;
  /** More about it, as the server says it. */
  detail: Record<string, unknown>;
}

/** A page of the audit log. */
export interface AuditList extends FromWire {
  /** Newest first. */
  entries: AuditEntry[];
  /** Where the next page begins; absent when there is none. */
  nextCursor?: string | null;
}

/** How the server is. */
export interface Health extends FromWire {
  /** `ok`. */
  status: string;
  /** Version of the server. */
  version: string;
}

/** How the agent carried out an instruction. */
export interface AgentReport extends FromWire {
  success: boolean;
  /** What it says it did. */
  summary: string;
  /** Questions to the model. */
  iterations: number;
  /** Actions on the desktop. */
  actions: number;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** US dollars; null when the model's price is not known. */
  costUsd?: number | null;
  durationMs: number;
}
