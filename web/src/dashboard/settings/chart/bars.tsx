import { useId } from "preact/hooks";
import { labelled } from "./axis";
import type { Series } from "./bar-chart";

/** Where things stand in the drawing. */
export interface Frame {
  width: number;
  height: number;
  top: number;
  bottom: number;
  left: number;
  right: number;
  count: number;
  marks: readonly number[];
}

/** Room that a label below the bars needs. */
const LABEL_ROOM = 64;
const MOST_BAR = 30;

/** The drawing of a chart: marks, bars and what stands below them. It says nothing to screen readers; its frame does. */
export function Bars(props: {
  frame: Frame;
  places: readonly { short: string }[];
  series: readonly Series[];
  formatMark(value: number): string;
  at: number | null;
}) {
  const { frame, places, series, formatMark, at } = props;
  const hatch = useId();
  const plot = { width: frame.width - frame.left - frame.right, height: frame.height - frame.top - frame.bottom };
  const most = frame.marks.at(-1) ?? 1;
  const y = (value: number): number => frame.top + plot.height * (1 - value / most);
  const band = plot.width / frame.count;
  const bar = Math.min(MOST_BAR, Math.max(1.5, band * 0.7));
  const x = (place: number): number => frame.left + band * place;
  return (
    <svg width={frame.width} height={frame.height} aria-hidden="true">
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="chart-bad" width="6" height="6" />
          <rect class="chart-hatch" width="2" height="6" />
        </pattern>
      </defs>
      {frame.marks.map((mark) => (
        <g key={mark}>
          <line class={mark === 0 ? "chart-base" : "chart-mark"} x1={frame.left} x2={frame.width - frame.right} y1={y(mark)} y2={y(mark)} />
          <text x={frame.left - 8} y={y(mark)} dy="0.32em" text-anchor="end">
            {formatMark(mark)}
          </text>
        </g>
      ))}
      {at !== null && <rect class="chart-band" x={x(at)} y={frame.top} width={band} height={plot.height} />}
      {places.map((_, place) => {
        let below = 0;
        const top = series.reduce((sum, { values }) => sum + (values[place] ?? 0), 0);
        return series.map(({ name, tone, values }) => {
          const value = values[place] ?? 0;
          if (value <= 0) return null;
          const from = below;
          below += value;
          const shape = column(x(place) + (band - bar) / 2, y(below), bar, y(from) - y(below), below >= top);
          return <path key={name} class={`chart-${tone}`} d={shape} style={tone === "bad" ? { fill: `url(#${hatch})` } : undefined} />;
        });
      })}
      {labelled(frame.count, plot.width, LABEL_ROOM).map((place) => (
        <text key={place} class="chart-place" x={x(place) + band / 2} y={frame.height - 6} text-anchor="middle">
          {places[place]?.short}
        </text>
      ))}
    </svg>
  );
}

/** An upright bar, rounded at its top where nothing stands on it. */
function column(x: number, y: number, width: number, height: number, isTop: boolean): string {
  const tall = Math.max(height, 1);
  const r = isTop ? Math.min(3, width / 2, tall) : 0;
  const bottom = y + height;
  return `M${x} ${bottom}V${bottom - tall + r}q0 ${-r} ${r} ${-r}h${width - 2 * r}q${r} 0 ${r} ${r}V${bottom}Z`;
}
