import { Badge } from "../../components/badge";
import { formatCompact, formatCount } from "../../components/format";
import { Table } from "../../components/table";
import { Meter } from "../meter";
import { formatDollars, formatShare } from "./figures";
import type { ModelUse } from "./model-use";

/** Which models were asked, and what they cost. */
export function ModelUseTable({ uses }: { uses: readonly ModelUse[] }) {
  const all = uses.reduce((sum, { cost }) => sum + (cost ?? 0), 0);
  return (
    <Table
      label="Use of models"
      rows={uses}
      keyOf={({ model }) => model}
      columns={[
        { label: "Model", width: "main", cell: ({ model }) => <code class="usage-model">{model}</code> },
        { label: "Questions", align: "end", cell: ({ calls }) => formatCount(calls) },
        { label: "Tokens read", align: "end", cell: ({ read }) => <span title={formatCount(read)}>{formatCompact(read)}</span> },
        { label: "From cache", align: "end", cell: ({ cached, read }) => <span class="muted">{formatShare(cached, read)}</span> },
        { label: "Tokens written", align: "end", cell: ({ written }) => <span title={formatCount(written)}>{formatCompact(written)}</span> },
        { label: "Cost", align: "end", cell: costCell },
        { label: "Share of cost", width: "small", cell: (use) => <Share use={use} all={all} /> },
      ]}
    />
  );
}

function costCell({ cost, isPartly }: ModelUse) {
  if (cost === null) return <Badge title="Its price is not known to the server; NEN_MODEL_PRICES can name it">Price unknown</Badge>;
  return <span class="strong">{isPartly ? `more than ${formatDollars(cost)}` : formatDollars(cost)}</span>;
}

function Share({ use, all }: { use: ModelUse; all: number }) {
  if (use.cost === null) return null;
  const share = formatShare(use.cost, all);
  return (
    <div class="usage-share">
      <Meter label={`Share of ${use.model}`} used={use.cost} most={all} spoken={share} />
      <span class="muted small">{share}</span>
    </div>
  );
}
