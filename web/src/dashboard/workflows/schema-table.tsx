import { Note } from "../components/notice";
import { Table } from "../components/table";
import type { Schema } from "../schema/schema";
import { rowsOf, type SchemaRow } from "./schema-rows";

/** A schema as rows: name, type, what it is. In an answer nothing has to be given. */
export function SchemaTable({ label, schema, none, isAnswer }: { label: string; schema: Schema; none: string; isAnswer?: boolean | undefined }) {
  const rows = rowsOf(schema);
  if (rows.length === 0) return <Note>{none}</Note>;
  const hasUsual = rows.some(({ usual }) => usual !== null);
  return (
    <Table
      label={label}
      rows={rows}
      keyOf={({ path }) => path}
      columns={[
        {
          label: "Name",
          cell: ({ name, depth, isRequired }) => (
            <span class="schema-name" style={{ paddingLeft: `${depth * 18}px` }}>
              {depth > 0 && <span class="muted" aria-hidden="true">└ </span>}
              <code>{name}</code>
              {isRequired && !isAnswer && <span class="schema-needed">needed</span>}
            </span>
          ),
        },
        { label: "Type", cell: ({ type, limits }) => <span><code class="schema-type">{type}</code>{limits && <span class="muted small schema-limits">{limits}</span>}</span> },
        ...(hasUsual ? [{ label: "Default", cell: ({ usual }: SchemaRow) => (usual === null ? <span class="muted">–</span> : <code>{usual}</code>) }] : []),
        { label: "Description", width: "main", cell: ({ description }) => description ?? <span class="muted">–</span> },
      ]}
    />
  );
}
