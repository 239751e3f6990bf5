import type { ComponentChildren } from "preact";
import "./table.css";

export interface Column<T> {
  /** Its heading; also names the value where rows are stacked on a phone. */
  label: string;
  cell(row: T): ComponentChildren;
  /** Numbers stand at the end. */
  align?: "end" | undefined;
  /** `main` takes what room there is; `small` is left out on a phone. */
  width?: "main" | "small" | undefined;
  /** The heading is for screen readers only, as over buttons. */
  quiet?: boolean | undefined;
}

/** A table that becomes a list of cards on a phone. The first cell of a row holds its link, which then covers the row. */
export function Table<T>(props: {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf(row: T): string | number;
  /** Where a row leads. */
  hrefOf?: ((row: T) => string) | undefined;
}) {
  const { label, columns, rows, keyOf, hrefOf } = props;
  return (
    <div class="table-frame" role="region" aria-label={label} tabIndex={-1}>
      <table class={`table ${hrefOf ? "leads" : ""}`}>
        <caption class="unseen">{label}</caption>
        <thead>
          <tr>
            {columns.map(({ label: heading, align, width, quiet }) => (
              <th key={heading} scope="col" class={`${align ?? ""} ${width ?? ""}`}>
                <span class={quiet ? "unseen" : undefined}>{heading}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ label: heading, cell, align, width, quiet }, index) => (
                <td key={heading} class={`${align ?? ""} ${width ?? ""}`} data-label={quiet ? undefined : heading}>
                  {index === 0 && hrefOf ? <a class="row-link" href={hrefOf(row)}>{cell(row)}</a> : cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
