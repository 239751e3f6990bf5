import type { UsageDay } from "nen-client";

/** What can be counted in a day. */
export type Measure = "desktopHours" | "actions" | "runs" | "runsFailed" | "modelCostUsd" | "inputTokens" | "outputTokens";

const MEASURES: readonly Measure[] = ["desktopHours", "actions", "runs", "runsFailed", "modelCostUsd", "inputTokens", "outputTokens"];

export type Totals = Record<Measure, number>;

/** Some days up to today, and as many before them to compare with. */
export interface Period {
  days: readonly UsageDay[];
  totals: Totals;
  before: Totals;
}

/** The lengths there are to choose from. */
export const LENGTHS = [7, 30, 90] as const;
export type Length = (typeof LENGTHS)[number];

/** The length that an address names; 30 days where it names none. */
export const lengthOf = (text: string | null): Length => LENGTHS.find((length) => String(length) === text) ?? 30;

/** How many days have to be asked for: the longest period, and the one before it. */
export const DAYS_ASKED = 2 * Math.max(...LENGTHS);

export function periodOf(all: readonly UsageDay[], length: Length): Period {
  const days = all.slice(-length);
  return { days, totals: totalsOf(days), before: totalsOf(all.slice(-2 * length, -length)) };
}

function totalsOf(days: readonly UsageDay[]): Totals {
  const sum = (measure: Measure): number => days.reduce((total, day) => total + day[measure], 0);
  return Object.fromEntries(MEASURES.map((measure) => [measure, sum(measure)])) as Totals;
}

/** How something changed: `+12 %`, `×14`, `same`; null where there was nothing before. */
export function changeOf(now: number, before: number): string | null {
  if (before === 0) return null;
  const ratio = now / before;
  if (ratio >= 10) return `×${Math.round(ratio)}`;
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return "same";
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent)} %`;
}
