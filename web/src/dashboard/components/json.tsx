import "./code.css";

/** JSON to look into: objects and lists open and close. The first levels are open. */
export function Json({ value, open = 2 }: { value: unknown; open?: number }) {
  return (
    <div class="json">
      <Value value={value} depth={0} open={open} />
    </div>
  );
}

function Value({ name, value, depth, open }: { name?: string; value: unknown; depth: number; open: number }) {
  const label = name !== undefined && <span class="name">{name}: </span>;
  if (typeof value !== "object" || value === null) {
    return (
      <span>
        {label}
        <span class={typeof value === "string" ? "text" : "value"}>{JSON.stringify(value)}</span>
      </span>
    );
  }
  const isList = Array.isArray(value);
  if (isList && value.length <= 8 && value.every((one) => typeof one === "number")) {
    return (
      <span>
        {label}
        <span class="value">[{value.join(", ")}]</span>
      </span>
    );
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return <span>{label}{isList ? "[]" : "{}"}</span>;
  const count = `${entries.length} ${isList ? (entries.length === 1 ? "item" : "items") : entries.length === 1 ? "field" : "fields"}`;
  return (
    <details open={depth < open}>
      <summary>
        {label}
        <span class="hint">{isList ? `[ ${count} ]` : `{ ${count} }`}</span>
      </summary>
      <ul>
        {entries.map(([key, inner]) => (
          <li key={key}>
            <Value name={key} value={inner} depth={depth + 1} open={open} />
          </li>
        ))}
      </ul>
    </details>
  );
}
