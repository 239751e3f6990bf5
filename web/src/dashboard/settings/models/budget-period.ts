import type { Budget } from "nen-client";

const DAY = 86_400;
const month = new Intl.DateTimeFormat(navigator.language, { month: "long", year: "numeric", timeZone: "UTC" });
const day = new Intl.DateTimeFormat(navigator.language, { day: "numeric", month: "long", timeZone: "UTC" });

/** `November 2026`; months of budgets are those of UTC. */
export const monthOf = (budget: Budget): string => month.format(budget.periodStart * 1000);

/** `1 December`: when spending begins anew. */
export const nextStartOf = (budget: Budget): string => day.format(budget.periodEnd * 1000);

/** What the month would cost if it went on as so far; null while too little of it is over to say. */
export function expectedOf(budget: Budget, now: number): number | null {
  const passed = now - budget.periodStart;
  if (passed < 3 * DAY || now >= budget.periodEnd || budget.spentUsd === 0) return null;
  return (budget.spentUsd / passed) * (budget.periodEnd - budget.periodStart);
}
