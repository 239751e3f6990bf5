import * as desktops from "../calls/desktops.js";
import { type EventOptions, events } from "../calls/events.js";
import * as execute from "../calls/execute.js";
import { type AnimationOptions, type ReplayOptions, replay, replayAnimation } from "../calls/replay.js";
import { type ScreenshotOptions, screenshot, toolLogScreenshot } from "../calls/screenshot.js";
import type { Download } from "../download.js";
import { NotFoundError } from "../errors.js";
import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Transport } from "../transport.js";
import type {
  ActionCall,
  ActOptions,
  BatchResult,
  DialectOptions,
  ExecuteRequest,
  ExecuteResult,
  ToolLogEntry,
  ToolSchema,
} from "../types/action.js";
import type { DeleteResponse, Desktop, DesktopEvent, DesktopStatus } from "../types/desktop.js";
import type { ReadOptions } from "../types/file.js";
import type { Replay } from "../types/replay.js";
import { Computer } from "./computer.js";
import { Agent, FileSystem, Files, Session } from "./parts.js";
import { Bash, Clipboard, Windows } from "./tools.js";

// Some browsers lack it; what `await using` is compiled to finds it by this name all the same when it is filled in.
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** A desktop to act on. With `await using` it is deleted at the end of its block. */
export class DesktopHandle extends Computer implements AsyncDisposable {
  /** `dsk_…`. */
  readonly id: string;
  /** Its drive. */
  readonly files: Files;
  /** All files that its user can reach. */
  readonly fs: FileSystem;
  /** Its live view. */
  readonly session: Session;
  /** A vision model on it. */
  readonly agent: Agent;
  /** Its shell. */
  readonly bash: Bash;
  /** Its clipboard. */
  readonly clipboard: Clipboard;
  /** Its windows. */
  readonly windows: Windows;
  readonly #transport: Transport;
  #info: Desktop | undefined;

  /** Made by `nen.desktops` and `nen.desktop(id)`. */
  constructor(transport: Transport, id: string, info?: Desktop) {
    super();
    this.id = id;
    this.#transport = transport;
    this.#info = info;
    this.files = new Files(transport, id);
    this.fs = new FileSystem(transport, id);
    this.session = new Session(transport, id);
    this.agent = new Agent(transport, id);
    const act = (call: ActionCall, options?: ActOptions): Promise<ExecuteResult> => this.act(call, options);
    this.bash = new Bash(act);
    this.clipboard = new Clipboard(act);
    this.windows = new Windows(act);
  }

  /** `dsk_…`, by the name that a {@link Desktop} has for it. */
  get desktopId(): string {
    return this.id;
  }

  /** What the server last said about it; undefined when it was not asked yet. */
  get info(): Desktop | undefined {
    return this.#info;
  }

  /** Its last known state. */
  get status(): DesktopStatus | undefined {
    return this.#info?.status;
  }

  /** Asks the server how it is. */
  async refresh(options?: RequestOptions): Promise<Desktop> {
    return this.#now(await desktops.get(this.#transport, this.id, options));
  }

  /** Gives it another name, 1 to 128 characters. */
  async rename(name: string, options?: RequestOptions): Promise<Desktop> {
    return this.#now(await desktops.rename(this.#transport, this.id, name, options));
  }

  /** Stops its programs where they are; the next call that reaches it wakes it. */
  async pause(options?: RequestOptions): Promise<Desktop> {
    return this.#now(await desktops.pause(this.#transport, this.id, options));
  }

  /** Wakes it; also starts one again that failed, with its home and drive. */
  async resume(options?: RequestOptions): Promise<Desktop> {
    return this.#now(await desktops.resume(this.#transport, this.id, options));
  }

  /** Deletes it with its drive. */
  delete(options?: RequestOptions): Promise<DeleteResponse> {
    return desktops.remove(this.#transport, this.id, options);
  }

  /** Deletes it, unless that has happened already. */
  async [asyncDispose](): Promise<void> {
    try {
      await this.delete();
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }

  override act(call: ActionCall, options?: ActOptions): Promise<ExecuteResult> {
    return execute.execute(this.#transport, this.id, { ...options, ...call });
  }

  /** Does one action of any tool. */
  execute(request: ExecuteRequest): Promise<ExecuteResult> {
    return execute.execute(this.#transport, this.id, request);
  }

  /** Does up to 100 actions in order, up to the first that fails; one picture at the end. */
  batch(actions: readonly ActionCall[], options?: ActOptions): Promise<BatchResult> {
    return execute.batch(this.#transport, this.id, { ...options, actions });
  }

  /** The screen as the bytes of a picture. */
  async screenshot(options?: Omit<ScreenshotOptions, "ifNoneMatch">): Promise<Uint8Array> {
    return (await screenshot(this.#transport, this.id, options)).bytes();
  }

  /** The screen with its media type and ETag, for who asks often and wants it only when it has changed. */
  picture(options?: ScreenshotOptions): Promise<Download> {
    return screenshot(this.#transport, this.id, options);
  }

  /** Its tools as JSON Schema. */
  tools(options?: RequestOptions & { dialect?: undefined }): Promise<ToolSchema[]>;
  /** Its tools as a provider's API takes them. `T` is that API's type of a tool. */
  tools<T = Record<string, unknown>>(options: DialectOptions): Promise<T[]>;
  tools(options?: RequestOptions | DialectOptions): Promise<unknown[]> {
    if (options && "dialect" in options && options.dialect) {
      return execute.toolsFor(this.#transport, this.id, options as DialectOptions);
    }
    return execute.listTools(this.#transport, this.id, options);
  }

  /**
   * Carries out the tool calls of a model: `items` exactly as the provider's reply holds them, the answer exactly as its
   * next request takes them. Never sent twice once they may have arrived. `T` is the provider's type of a result.
   */
  async calls<T = Record<string, unknown>>(items: readonly unknown[], options: DialectOptions): Promise<T[]> {
    return (await execute.calls(this.#transport, this.id, items, options)) as T[];
  }

  /** What was done on it, newest last. Typed text is not in it. */
  toolLogs(options?: execute.ToolLogOptions): Promise<ToolLogEntry[]> {
    return execute.toolLogs(this.#transport, this.id, options);
  }

  /**
   * The screen as it was after an action: `entry` is the `screenshot` of an entry of the tool log or of a step of a
   * replay, or an entry's id.
   */
  toolLogScreenshot(entry: number | string, options?: ReadOptions): Promise<Download> {
    return toolLogScreenshot(this.#transport, this.id, entry, options);
  }

  /** What was done on it, step by step, with pictures. */
  replay(options?: ReplayOptions): Promise<Replay> {
    return replay(this.#transport, route`/desktops/${this.id}`, options);
  }

  /** The same as an animated WebP; a `NotFoundError` when there is no picture at all. */
  replayAnimation(options?: AnimationOptions): Promise<Download> {
    return replayAnimation(this.#transport, route`/desktops/${this.id}`, options);
  }

  /** What happens to it, until it is deleted; connects again, where it was, when a connection breaks off. */
  events(options?: EventOptions): AsyncGenerator<DesktopEvent, void, undefined> {
    return events(this.#transport, this.id, options);
  }

  #now(info: Desktop): Desktop {
    this.#info = info;
    return info;
  }
}
