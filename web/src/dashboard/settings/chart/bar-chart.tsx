import { useRef, useState } from "preact/hooks";
import { marksTo } from "./axis";
import { Bars, type Frame } from "./bars";
import "./chart.css";
import { Tip } from "./tip";
import { useWidth } from "./width";

/** One kind of what is counted. Those of a chart stand on top of each other. */
export interface Series {
  name: string;
  /** Said beside its name in the legend. */
  hint?: string | undefined;
  tone: "accent" | "bad";
  values: readonly number[];
}

export interface BarChartProps {
  /** What it shows, for screen readers: "Runs by day". */
  label: string;
  /** What stands below each bar, and what names it in full. */
  places: readonly { short: string; long: string }[];
  series: readonly Series[];
  /** Only whole numbers mean something. */
  isCount?: boolean | undefined;
  formatValue(value: number): string;
  formatMark(value: number): string;
  /** The place that is looked at, shared by charts that stand together. */
  at: number | null;
  onAt(at: number | null): void;
}

const HEIGHT = 178;
const ROOM = { top: 10, bottom: 24, left: 46, right: 16 };

/**
 * Bars over time. Pointing at one, or the arrow keys, tell what it stands for. To screen readers it is a slider over the
 * days, which speaks the value of each.
 */
export function BarChart(props: BarChartProps) {
  const { label, places, series, isCount = false, formatValue, formatMark, at, onAt } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [isMine, setMine] = useState(false);
  const most = Math.max(0, ...places.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)));
  const frame: Frame = { width, height: HEIGHT, ...ROOM, count: places.length, marks: marksTo(most, isCount) };
  const current = at ?? places.length - 1;
  const look = (place: number | null): void => {
    setMine(place !== null);
    onAt(place);
  };
  const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -7, PageUp: 7, Home: -Infinity, End: Infinity };
  const said = (place: number): string =>
    `${places[place]?.long}: ${series.map(({ name, values }) => `${name} ${formatValue(values[place] ?? 0)}`).join(", ")}`;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && at !== null) return look(null);
    const by = step[event.key as keyof typeof step];
    if (by === undefined) return;
    event.preventDefault();
    look(Math.max(0, Math.min(places.length - 1, current + by)));
  };
  const onPointer = (event: PointerEvent): void => {
    const plot = width - ROOM.left - ROOM.right;
    const x = event.clientX - (box.current?.getBoundingClientRect().left ?? 0) - ROOM.left;
    if (plot > 0) look(Math.max(0, Math.min(places.length - 1, Math.floor((x / plot) * places.length))));
  };

  return (
    <div
      class="chart"
      ref={box}
      style={{ height: `${HEIGHT}px` }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={places.length}
      aria-valuenow={current + 1}
      aria-valuetext={said(current)}
      onKeyDown={onKeyDown}
      onFocus={() => box.current?.matches(":focus-visible") && look(current)}
      onBlur={() => look(null)}
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onPointerLeave={(event) => event.pointerType === "mouse" && look(null)}
    >
      {width > 0 && <Bars frame={frame} places={places} series={series} formatMark={formatMark} at={at} />}
      {most === 0 && <p class="chart-nothing">None in this time</p>}
      {isMine && at !== null && places[at] && (
        <Tip
          x={ROOM.left + ((at + 0.5) * (width - ROOM.left - ROOM.right)) / places.length}
          width={width}
          title={places[at].long}
          lines={series.map(({ name, tone, values }) => ({ name, tone, value: formatValue(values[at] ?? 0) }))}
        />
      )}
    </div>
  );
}
