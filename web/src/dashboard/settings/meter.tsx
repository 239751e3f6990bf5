import "./meter.css";

/** How much of something is used: a bar, named for screen readers. `tone` says whether that is much. */
export function Meter(props: { label: string; used: number; most: number; spoken: string; tone?: "accent" | "warn" | "bad" | undefined }) {
  const { label, used, most, spoken, tone = "accent" } = props;
  const share = most > 0 ? Math.min(1, used / most) : used > 0 ? 1 : 0;
  return (
    <div
      class={`meter ${tone}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={Math.min(used, most)}
      aria-valuetext={spoken}
    >
      {/* A little of something can be seen, too. */}
      <span style={{ width: share === 0 ? "0" : `max(4px, ${share * 100}%)` }} />
    </div>
  );
}

/** Whether what is used is much of what may be. */
export function toneOf(used: number, most: number): "accent" | "warn" | "bad" {
  if (used >= most) return "bad";
  return used >= most * 0.8 ? "warn" : "accent";
}
