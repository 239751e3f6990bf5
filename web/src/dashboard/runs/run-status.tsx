import type { Run } from "nen-client";
import { Dot, Status } from "../components/badge";
import { isOver } from "./run-time";

/** Where a run is. One whose end was asked for says so until it has ended. */
export function RunStatus({ run }: { run: Run }) {
  if (isOver(run)) return <Status status={run.runStatus} />;
  if (run.cancelRequested) return <Status status="cancelling" />;
  if (run.runStatus === "running") return <Dot tone="info" live>Running</Dot>; // green is for what went well
  if (run.runStatus === "queued") return <Dot tone="neutral">Queued</Dot>;
  return <Status status={run.runStatus} live />;
}
