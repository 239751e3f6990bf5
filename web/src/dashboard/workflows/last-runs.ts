import type { Run, Workflow } from "nen-client";
import { nen } from "../server/client";

/** So many of each workflow are shown. */
const SHOWN = 8;
/** One question brings the newest of all workflows; those that are not among them are asked for one by one. */
const AT_ONCE = 200;
/** Of these, so many at most: with more workflows than that, old runs stand on their own pages only. */
const MOST_ALONE = 40;

/** The last runs by workflow, oldest first. */
export type LastRuns = ReadonlyMap<string, readonly Run[]>;

export async function lastRunsOf(workflows: readonly Workflow[], signal: AbortSignal): Promise<LastRuns> {
  const { runs, nextCursor } = await nen.runs.page({ limit: AT_ONCE, signal });
  const found = new Map<string, Run[]>(workflows.map(({ workflowId }) => [workflowId, []]));
  for (const run of runs) {
    const list = found.get(run.workflowId);
    if (list && list.length < SHOWN) list.unshift(run);
  }
  if (nextCursor !== undefined) {
    const missing = [...found].filter(([, list]) => list.length === 0).slice(0, MOST_ALONE);
    for (const [workflowId] of missing) {
      const older = await nen.runs.page({ workflowId, limit: SHOWN, signal });
      found.set(workflowId, [...older.runs].reverse());
    }
  }
  return found;
}
