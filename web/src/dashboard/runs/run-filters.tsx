import type { Workflow } from "nen-client";
import { Choice, SelectField } from "../components/fields";
import { setQuery } from "../router";
import { shortId } from "./run-time";
import "./run-filters.css";

const STATUSES = [
  { value: "", label: "All" },
  { value: "queued", label: "Queued" },
  { value: "running", label: "Running" },
  { value: "completed", label: "Completed" },
  { value: "failed", label: "Failed" },
  { value: "timeout", label: "Timed out" },
  { value: "cancelled", label: "Cancelled" },
];

/** Which runs are shown; kept in the address. */
export function RunFilters({ status, workflowId, workflows }: { status: string; workflowId: string; workflows: readonly Workflow[] }) {
  const known = workflows.map(({ workflowId: value, name }) => ({ value, label: name }));
  const isUnknown = workflowId !== "" && !known.some(({ value }) => value === workflowId);
  const options = [{ value: "", label: "All workflows" }, ...known, ...(isUnknown ? [{ value: workflowId, label: shortId(workflowId) }] : [])];
  return (
    <div class="run-filters" role="search" aria-label="Filter runs">
      <div class="run-filters-status">
        <Choice label="Status" quiet value={status} options={STATUSES} onChange={(chosen) => setQuery({ status: chosen })} />
      </div>
      <div class="run-filters-workflow">
        <SelectField label="Workflow" quiet value={workflowId} options={options} onChange={(chosen) => setQuery({ workflow: chosen })} />
      </div>
    </div>
  );
}
