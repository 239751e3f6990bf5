import { Badge } from "../../components/badge";
import { BarChart, type BarChartProps } from "../chart/bar-chart";
import { changeOf } from "./period";

/** One thing that is counted: its sum, how that changed, and how it was day by day. */
export function UsageCard(props: {
  title: string;
  total: string;
  now: number;
  before: number;
  beforeText: string;
  length: number;
  extra: string | undefined;
  chart: BarChartProps;
}) {
  const { title, total, now, before, beforeText, length, extra, chart } = props;
  const change = changeOf(now, before);
  return (
    <section class="card padded usage-card" aria-label={title}>
      <h3 class="usage-card-title">{title}</h3>
      <div class="row wrap usage-card-sum">
        <span class="settings-figure">{total}</span>
        {change !== null && <Badge>{change}</Badge>}
        {extra && <span class="bad small">{extra}</span>}
      </div>
      <p class="muted small">{change === null ? `Nothing in the ${length} days before` : `${beforeText} in the ${length} days before`}</p>
      <BarChart {...chart} />
      {chart.series.length > 1 && (
        <ul class="plain chart-legend">
          {chart.series.map(({ name, hint, tone }) => (
            <li key={name}>
              <span class={`chart-swatch ${tone}`} aria-hidden="true" />
              {name}
              {hint && ` (${hint})`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
