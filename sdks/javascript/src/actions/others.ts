import type { ActionCall } from "../types/action.js";

function call(tool: string, action: string, params: Record<string, unknown> = {}): ActionCall {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  return { tool, action, params: Object.fromEntries(given) };
}

/** The actions of the tool `bash`: a shell on the desktop. */
export const bash = {
  /** Runs a command; `seconds` is how long it may take, 120 when left out. */
  run: (command: string, { seconds }: { seconds?: number } = {}): ActionCall =>
    call("bash", "run", { command, timeout: seconds }),
  /** Starts the shell anew. */
  restart: (): ActionCall => call("bash", "restart"),
} as const;

/** The actions of the tool `clipboard`. */
export const clipboard = {
  /** Asks for its text. */
  get: (): ActionCall => call("clipboard", "get"),
  /** Replaces its text. */
  set: (text: string): ActionCall => call("clipboard", "set", { text }),
} as const;

/** The actions of the tool `windows`. */
export const windows = {
  /** Asks for all windows. */
  list: (): ActionCall => call("windows", "list"),
  /** Brings a window to the front. */
  focus: (windowId: number): ActionCall => call("windows", "focus", { window_id: windowId }),
  /** Starts an application: `chromium`, `terminal`, `files`, `editor`. */
  launch: (app: string): ActionCall => call("windows", "launch", { app }),
  /** Opens a web page, or a file or folder by its absolute path. */
  open: (what: { url: string } | { path: string }): ActionCall => call("windows", "open", { ...what }),
} as const;
