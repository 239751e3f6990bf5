/** What a bar stands for, beside it. It never leaves the chart. */
export function Tip(props: { x: number; width: number; title: string; lines: readonly { name: string; tone: string; value: string }[] }) {
  const { x, width, title, lines } = props;
  const isLeft = x > width / 2;
  return (
    <div class="chart-tip" aria-hidden="true" style={isLeft ? { right: `${width - x + 12}px` } : { left: `${x + 12}px` }}>
      <div class="muted small">{title}</div>
      {lines.map(({ name, tone, value }) => (
        <div key={name} class="chart-tip-line">
          <span class={`chart-swatch ${tone}`} />
          <span>{name}</span>
          <strong>{value}</strong>
        </div>
      ))}
    </div>
  );
}
