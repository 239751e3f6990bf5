import type { Workflow } from "nen-client";
import { nen } from "../server/client";
import { type Loaded, useLoad } from "../server/load";

/** A workflow as a version has it; the current one is known already. */
export function useVersion(workflow: Workflow, version: number): Loaded<Workflow> {
  const { workflowId } = workflow;
  return useLoad((signal) => (version === workflow.version ? Promise.resolve(workflow) : nen.workflows.get(workflowId, { version, signal })), [workflow, version]);
}
