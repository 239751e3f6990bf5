import type { UsageDay } from "nen-client";
import { formatCount } from "../../components/format";
import { longDay } from "./day";
import { formatDollars, formatHours } from "./figures";
import type { Measure, Period } from "./period";

const COLUMNS: readonly { measure: Measure; label: string; format(value: number): string }[] = [
  { measure: "desktopHours", label: "Desktop hours", format: formatHours },
  { measure: "actions", label: "Actions", format: formatCount },
  { measure: "runs", label: "Runs", format: formatCount },
  { measure: "runsFailed", label: "Not completed", format: formatCount },
  { measure: "modelCostUsd", label: "Model cost", format: formatDollars },
  { measure: "inputTokens", label: "Tokens read", format: formatCount },
  { measure: "outputTokens", label: "Tokens written", format: formatCount },
];

/** The same as the charts, in numbers; the newest day first. */
export function UsageTable({ period }: { period: Period }) {
  const rows = period.days.toReversed();
  return (
    <div class="usage-table" role="region" aria-label="Use by day" tabIndex={0}>
      <table>
        <caption class="unseen">Use by day, the newest first. Days are those of UTC.</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {COLUMNS.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr class="strong">
            <th scope="row">All {rows.length} days</th>
            <Cells values={period.totals} />
          </tr>
          {rows.map((day) => (
            <tr key={day.day}>
              <th scope="row">{longDay(day.day)}</th>
              <Cells values={day} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cells({ values }: { values: Pick<UsageDay, Measure> }) {
  return (
    <>
      {COLUMNS.map(({ measure, format }) => (
        <td key={measure} class={values[measure] === 0 ? "muted" : measure === "runsFailed" ? "bad" : undefined}>
          {format(values[measure])}
        </td>
      ))}
    </>
  );
}
