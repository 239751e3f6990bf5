import { useState } from "preact/hooks";
import type { UsageDay } from "nen-client";
import { formatCount } from "../../components/format";
import type { Series } from "../chart/bar-chart";
import { longDay, shortDay } from "./day";
import { axisCount, axisDollars, axisHours, formatDollars, formatHours, formatShare } from "./figures";
import type { Measure, Period } from "./period";
import { UsageCard } from "./usage-card";

interface Kind {
  measure: Measure;
  title: string;
  isCount: boolean;
  format(value: number): string;
  mark(value: number): string;
  series(days: readonly UsageDay[]): readonly Series[];
}

const KINDS: readonly Kind[] = [
  {
    measure: "desktopHours",
    title: "Desktop hours",
    isCount: false,
    format: formatHours,
    mark: axisHours,
    series: (days) => [{ name: "Hours", tone: "accent", values: days.map((day) => day.desktopHours) }],
  },
  {
    measure: "actions",
    title: "Actions",
    isCount: true,
    format: formatCount,
    mark: axisCount,
    series: (days) => [{ name: "Actions", tone: "accent", values: days.map((day) => day.actions) }],
  },
  {
    measure: "runs",
    title: "Runs",
    isCount: true,
    format: formatCount,
    mark: axisCount,
    series: (days) => [
      { name: "Completed", tone: "accent", values: days.map((day) => day.runs - day.runsFailed) },
      { name: "Not completed", hint: "failed, timed out or cancelled", tone: "bad", values: days.map((day) => day.runsFailed) },
    ],
  },
  {
    measure: "modelCostUsd",
    title: "Model cost",
    isCount: false,
    format: formatDollars,
    mark: axisDollars,
    series: (days) => [{ name: "Cost", tone: "accent", values: days.map((day) => day.modelCostUsd) }],
  },
];

/** What was used, day by day. Whichever day is pointed at is marked in all charts. */
export function UsageCharts({ period }: { period: Period }) {
  const [at, setAt] = useState<number | null>(null);
  const { days, totals, before } = period;
  const places = days.map(({ day }) => ({ short: shortDay(day), long: longDay(day) }));
  return (
    <div class="usage-charts">
      {KINDS.map(({ measure, title, isCount, format, mark, series }) => (
        <UsageCard
          key={measure}
          title={title}
          total={format(totals[measure])}
          now={totals[measure]}
          before={before[measure]}
          beforeText={format(before[measure])}
          length={days.length}
          extra={measure === "runs" && totals.runs > 0 ? `${formatCount(totals.runsFailed)} not completed (${formatShare(totals.runsFailed, totals.runs)})` : undefined}
          chart={{ label: `${title} by day`, places, series: series(days), isCount, formatValue: format, formatMark: mark, at, onAt: setAt }}
        />
      ))}
    </div>
  );
}
