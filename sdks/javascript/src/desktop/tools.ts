import { bash, clipboard, windows } from "../actions/others.js";
import { NenDesktopContractError } from "../errors.js";
import type { ActionCall, ActOptions, DesktopWindow, ExecuteResult } from "../types/action.js";
import { fromWire } from "../wire.js";

type Act = (call: ActionCall, options?: ActOptions) => Promise<ExecuteResult>;

// Of these tools nobody wants a picture unless it was asked for.
function unseen(options: ActOptions | undefined): ActOptions {
  return { screenshot: "never", ...options };
}

/** A shell on the desktop; needs the tool `bash`. It keeps its folder and variables between calls. */
export class Bash {
  readonly #act: Act;

  constructor(act: Act) {
    this.#act = act;
  }

  /**
   * What a command wrote, both streams as one; an exit code other than 0 stands at the end (`[exit code 1]`). `seconds`
   * is how long it may take, 120 when left out; then the shell ends.
   */
  async run(command: string, options?: { seconds?: number } & ActOptions): Promise<string> {
    return (await this.#act(bash.run(command, options), unseen(options))).output;
  }

  /** Starts the shell anew. */
  async restart(options?: ActOptions): Promise<string> {
    return (await this.#act(bash.restart(), unseen(options))).output;
  }
}

/** The desktop's clipboard; needs the tool `clipboard`. */
export class Clipboard {
  readonly #act: Act;

  constructor(act: Act) {
    this.#act = act;
  }

  /** Its text. */
  async get(options?: ActOptions): Promise<string> {
    return (await this.#act(clipboard.get(), unseen(options))).output;
  }

  /** Replaces its text. */
  async set(text: string, options?: ActOptions): Promise<void> {
    await this.#act(clipboard.set(text), unseen(options));
  }
}

/** The desktop's windows; needs the tool `windows`. */
export class Windows {
  readonly #act: Act;

  constructor(act: Act) {
    this.#act = act;
  }

  /** All windows. */
  async list(options?: ActOptions): Promise<DesktopWindow[]> {
    const { output, raw } = await this.#act(windows.list(), unseen(options));
    try {
      const list: unknown = JSON.parse(output);
      if (Array.isArray(list)) return fromWire(list);
    } catch {
      // Said below.
    }
    throw new NenDesktopContractError("the list of windows is not a JSON list", raw);
  }

  /** Brings a window to the front. */
  async focus(windowId: number, options?: ActOptions): Promise<void> {
    await this.#act(windows.focus(windowId), unseen(options));
  }

  /** Starts an application: `chromium`, `terminal`, `files`, `editor`. */
  async launch(app: string, options?: ActOptions): Promise<void> {
    await this.#act(windows.launch(app), unseen(options));
  }

  /** Opens a web page, or a file or folder by its absolute path. */
  async open(what: { url: string } | { path: string }, options?: ActOptions): Promise<void> {
    await this.#act(windows.open(what), unseen(options));
  }
}
