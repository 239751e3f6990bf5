import type { FromWire } from "../wire.js";

/** What a workspace used, and what it may use at once. */
export interface Usage extends FromWire {
  workspaceId: string;
  /** One for each day, oldest first, today last. */
  days: UsageDay[];
  limits: UsageLimits;
}

/** What was used on one day. */
export interface UsageDay extends FromWire {
  /** The day in UTC, `2026-11-26`. */
  day: string;
  /** Hours that desktops ran, added up. */
  desktopHours: number;
  /** Actions on desktops. */
  actions: number;
  /** Runs that ended. */
  runs: number;
  /** Those of them that did not end well. */
  runsFailed: number;
  /** US dollars, as far as prices are known. */
  modelCostUsd: number;
  inputTokens: number;
  outputTokens: number;
}

/** What a workspace may have at once. */
export interface UsageLimits extends FromWire {
  desktops: UsageLimit;
  runs: UsageLimit;
}

/** One limit. */
export interface UsageLimit extends FromWire {
  /** How many there are now. */
  used: number;
  /** How many there may be. */
  most: number;
}
