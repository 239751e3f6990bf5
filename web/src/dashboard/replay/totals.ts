import type { Replay } from "nen-client";

/** What a replay adds up to. */
export interface Totals {
  steps: number;
  failed: number;
  questions: number;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  /** US dollars, as far as prices are known; null where no model was asked. */
  costUsd: number | null;
  /** Some question has no known price. */
  isCostPartial: boolean;
  /** Milliseconds from the beginning to the end, or to the last step. */
  durationMs: number;
}

export function totalsOf({ steps, startedAt, endedAt }: Replay): Totals {
  const questions = steps.filter(({ model }) => model);
  const sum = (numbers: readonly (number | null | undefined)[]): number => numbers.reduce<number>((all, one) => all + (one ?? 0), 0);
  const last = steps.at(-1);
  const end = endedAt ?? (last ? last.at + (last.durationMs ?? 0) / 1000 : startedAt);
  return {
    steps: steps.length,
    failed: steps.filter(({ status }) => status === "error").length,
    questions: questions.length,
    inputTokens: sum(questions.map(({ inputTokens }) => inputTokens)),
    cachedTokens: sum(questions.map(({ cachedTokens }) => cachedTokens)),
    outputTokens: sum(questions.map(({ outputTokens }) => outputTokens)),
    costUsd: questions.length ? sum(questions.map(({ costUsd }) => costUsd)) : null,
    isCostPartial: questions.some(({ costUsd }) => costUsd === undefined || costUsd === null),
    durationMs: Math.max(0, end - startedAt) * 1000,
  };
}
