import type { FromWire } from "../wire.js";

/** One file of a workflow. */
export interface SourceFile {
  /** Path within the bundle, with `/`: `workflow.py`, `forms/login.py`. */
  filename: string;
  /** Its text. */
  content: string;
}

/** A workflow to be uploaded. */
export interface Upload {
  /** Shown to people; 1 to 128 characters. */
  name: string;
  /** All files; `workflow.py` must be among them. */
  files: readonly SourceFile[];
}

/** A new version of a workflow. */
export interface Publish {
  /** Another name; the old one stays when left out. */
  name?: string | null;
  /** All files of the version; those not listed are gone. */
  files: readonly SourceFile[];
}

/** A workflow, as its current or another version has it. Times are Unix seconds. */
export interface Workflow extends FromWire {
  /** A UUID. */
  workflowId: string;
  name: string;
  /** Grows by one with each publication. */
  version: number;
  /** JSON Schema of `Params`. */
  paramsSchema: Record<string, unknown>;
  /** JSON Schema of `Result`. */
  resultSchema: Record<string, unknown>;
  /** Names of the secrets that a run needs. */
  secureFields: string[];
  /** What its runs may reach beside their desktop, as the version declares it. */
  network: "none" | "internet" | (string & {});
  /** The files, where one workflow was asked for; not in lists. */
  files?: SourceFile[] | null;
  /** Of the first upload. */
  createdAt: number;
  /** Of the last publication. */
  updatedAt: number;
}

/** One version in the history of a workflow. */
export interface WorkflowVersion extends FromWire {
  version: number;
  /** Whether runs use it now. */
  current: boolean;
  /** The version whose files were taken, when it is a rollback. */
  rolledBackTo?: number | null;
  /** Name of the key that published it. */
  createdBy: string;
  /** Unix seconds. */
  createdAt: number;
}
