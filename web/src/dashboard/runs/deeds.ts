import { ConflictError, type Run } from "nen-client";
import { ask } from "../components/ask";
import { toast } from "../components/toast";
import { href, part } from "../router";
import { nen } from "../server/client";

/** Asks first, then for the end of a run. Answers with the run as it is then, or null when the person did not want to. */
export async function cancelRun(run: Run): Promise<Run | null> {
  const waits = run.runStatus === "queued";
  const sure = await ask({
    title: `Cancel this run of ${run.workflowName}?`,
    text: waits
      ? "It has not started yet and never will. Its webhook tells that it failed."
      : "The workflow is told, gets five seconds to clean up, and is then stopped. What it did so far stays as it is.",
    confirm: "Cancel the run",
    danger: true,
  });
  if (!sure) return null;
  try {
    const now = await nen.runs.cancel(run.messageId);
    toast(now.runStatus === "cancelled" ? "The run is cancelled." : "The run is being cancelled.");
    return now;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    toast("The run had ended before it could be cancelled.", "info");
    return nen.runs.get(run.messageId);
  }
}

/** Where a run is looked at. */
export function runHref(id: string, query?: Parameters<typeof href>[1]): string {
  return href(`/runs/${part(id)}`, query);
}

/** Where a workflow is started, with what an earlier run was started with. */
export function startHref(workflowId: string, from?: string): string {
  return href(`/workflows/${part(workflowId)}/run`, { from });
}
