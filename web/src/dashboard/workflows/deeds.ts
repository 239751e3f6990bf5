import type { Workflow } from "nen-client";
import { ask } from "../components/ask";
import { toast } from "../components/toast";
import { go } from "../router";
import { nen } from "../server/client";

/** Asks first. Its runs stay, and lead nowhere else. */
export async function deleteWorkflow({ workflowId, name }: Workflow): Promise<void> {
  const sure = await ask({
    title: `Delete ${name}?`,
    text: "It starts no more runs, and nothing brings it back. Runs that are waiting or going are done all the same, and all runs stay until they are as old as the server keeps them.",
    confirm: "Delete the workflow",
    danger: true,
  });
  if (!sure) return;
  await nen.workflows.delete(workflowId);
  toast(`${name} is deleted.`);
  go("/workflows");
}

/** Asks first; answers with the workflow in its new version, or null when the person did not want to. */
export async function rollBack({ workflowId, name, version }: Workflow, to: number): Promise<Workflow | null> {
  const sure = await ask({
    title: `Roll ${name} back to version ${to}?`,
    text: `The files of version ${to} become version ${version + 1}, which runs use from then on. Runs that were accepted keep theirs.`,
    confirm: `Roll back to version ${to}`,
  });
  if (!sure) return null;
  const now = await nen.workflows.rollback(workflowId, to);
  toast(`Version ${now.version} has the files of version ${to}.`);
  return now;
}
