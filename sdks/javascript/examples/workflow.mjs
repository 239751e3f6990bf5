// Uploads a workflow, starts it, shows its log as it is written, and its result: node workflow.mjs Ada

import { Nen } from "nen-client";

const content = `
from nen import Computer
from pydantic import BaseModel

class Params(BaseModel):
    name: str

class Result(BaseModel):
    greeting: str

def run(params: Params) -> Result:
    Computer().type(f"hello {params.name}")
    print("typed it")
    return Result(greeting=f"hello {params.name}")
`;

const nen = new Nen();
const { workflowId } = await nen.workflows.create({
  name: "greeting",
  files: [{ filename: "workflow.py", content }],
});
try {
  const { messageId } = await nen.runs.start({ workflowId, workflowParams: { name: process.argv[2] ?? "world" } });
  for await (const { stream, text } of nen.runs.followLogs(messageId)) console.log(`${stream}: ${text}`);
  const run = await nen.runs.wait(messageId);
  console.log(run.runStatus, run.success ? run.result : run.error);
} finally {
  await nen.workflows.delete(workflowId);
}
