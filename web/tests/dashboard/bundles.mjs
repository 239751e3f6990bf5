import { readFile } from "node:fs/promises";

const address = (name) => new URL(`bundles/${name}.py`, import.meta.url);

/** The text of a workflow that stands beside this file. */
export const sourceOf = (name) => readFile(address(name), "utf8");

/** A workflow as a file that is chosen in the browser. */
export async function fileOf(name, filename = "workflow.py") {
  return { name: filename, mimeType: "text/x-python", buffer: Buffer.from(await sourceOf(name)) };
}

/** Uploads a workflow without the page. @returns {Promise<string>} its id */
export async function upload(api, name) {
  const files = [{ filename: "workflow.py", content: await sourceOf(name) }];
  return (await api.post("/workflows", { name, files })).workflowId;
}

/** Starts a run without the page. @returns {Promise<string>} its id */
export async function startRun(api, workflow, params, more = {}) {
  return (await api.post("/runs", { workflow_id: workflow, workflow_params: params, ...more })).messageId;
}
