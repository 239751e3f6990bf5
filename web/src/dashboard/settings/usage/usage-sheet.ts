import type { UsageDay } from "nen-client";

/** The days with the names of the API, as rows of text. */
function rowsOf(days: readonly UsageDay[]): string[][] {
  const head = ["day", "desktop_hours", "actions", "runs", "runs_failed", "model_cost_usd", "input_tokens", "output_tokens"];
  const body = days.map((day) =>
    [day.day, rounded(day.desktopHours, 4), day.actions, day.runs, day.runsFailed, rounded(day.modelCostUsd, 6), day.inputTokens, day.outputTokens].map(String),
  );
  return [head, ...body];
}

/** `|| 0`: a sum of nothing may be −0. */
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits)) || 0;

/** As a file for programs. None of the values holds a comma or a quote. */
export const csvOf = (days: readonly UsageDay[]): string => `${rowsOf(days).map((row) => row.join(",")).join("\r\n")}\r\n`;

/** As spreadsheets take it from the clipboard. */
export const tabbedOf = (days: readonly UsageDay[]): string => rowsOf(days).map((row) => row.join("\t")).join("\n");
