import type { ComponentChildren } from "preact";
import "./facts.css";

/** Names and values; what is null or undefined is left out. */
export function Facts({ items, wide }: { items: readonly (readonly [label: string, value: ComponentChildren])[]; wide?: boolean }) {
  return (
    <dl class={`facts ${wide ? "wide" : ""}`}>
      {items
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
