import type { Replay } from "nen-client";
import { formatCompact, formatCost, formatCount, formatDuration } from "../components/format";
import { totalsOf } from "./totals";

/** What it all adds up to, above the steps. */
export function Summary({ replay }: { replay: Replay }) {
  const totals = totalsOf(replay);
  const facts: readonly (readonly [label: string, value: string, title?: string | undefined])[] = [
    ["Steps", formatCount(totals.steps)],
    ...(totals.failed ? [["Failed", formatCount(totals.failed)] as const] : []),
    ["Time", formatDuration(totals.durationMs)],
    ...(totals.questions
      ? ([
          ["Questions", formatCount(totals.questions), "Questions to a model"],
          [
            "Tokens",
            formatCompact(totals.inputTokens + totals.outputTokens),
            `${formatCount(totals.inputTokens)} in, of them ${formatCount(totals.cachedTokens)} from the cache; ${formatCount(totals.outputTokens)} out`,
          ],
          ["Cost", `${totals.isCostPartial ? "≥ " : ""}${formatCost(totals.costUsd ?? 0)}`, totals.isCostPartial ? "The price of some questions is not known" : undefined],
        ] as const)
      : []),
  ] as const;
  return (
    <dl class="replay-summary" aria-label="Totals">
      {facts.map(([label, value, title]) => (
        <div key={label} title={title}>
          <dt>{label}</dt>
          <dd class={label === "Failed" ? "bad" : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
