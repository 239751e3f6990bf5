import { computer, type Modifiers, type Point, type ScrollOptions } from "./actions/computer.js";
import type { UploadBody } from "./body.js";
import * as desktops from "./calls/desktops.js";
import * as execute from "./calls/execute.js";
import * as files from "./calls/files.js";
import type { CreationOptions, RequestOptions } from "./options.js";
import type { Transport } from "./transport.js";
import type {
  ActionCall,
  ActOptions,
  BatchRequest,
  BatchResult,
  DialectOptions,
  ExecuteRequest,
  ExecuteResult,
  ToolLogEntry,
  ToolSchema,
} from "./types/action.js";
import type {
  CreateDesktop,
  DeleteResponse,
  Desktop,
  DesktopFilter,
  SessionInfo,
  SessionRequest,
} from "./types/desktop.js";
import type { DownloadOptions, File, PathOptions, UploadFileResponse, UploadOptions } from "./types/file.js";

/** Calls by a desktop's id, under the names of Nen's own client; everything else is at `nen.desktop(id)`. */
export abstract class FlatCalls {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes a desktop; it takes calls at once. */
  createDesktop(desktop: string | CreateDesktop = "sandbox", options?: CreationOptions): Promise<Desktop> {
    const wanted = typeof desktop === "string" ? { desktopType: desktop } : desktop;
    return desktops.create(this.#transport, wanted, options);
  }

  /** All desktops. */
  listDesktops(filter?: DesktopFilter & RequestOptions): Promise<Desktop[]> {
    return desktops.list(this.#transport, filter);
  }

  /** One desktop. */
  getDesktop(desktopId: string, options?: RequestOptions): Promise<Desktop> {
    return desktops.get(this.#transport, desktopId, options);
  }

  /** Gives a desktop another name. */
  updateDesktop(desktopId: string, { name }: { name: string }, options?: RequestOptions): Promise<Desktop> {
    return desktops.rename(this.#transport, desktopId, name, options);
  }

  /** Deletes a desktop with its drive. */
  deleteDesktop(desktopId: string, options?: RequestOptions): Promise<DeleteResponse> {
    return desktops.remove(this.#transport, desktopId, options);
  }

  /** Stops a desktop's programs where they are; the next call that reaches it wakes it. */
  pauseDesktop(desktopId: string, options?: RequestOptions): Promise<Desktop> {
    return desktops.pause(this.#transport, desktopId, options);
  }

  /** Wakes a desktop. */
  resumeDesktop(desktopId: string, options?: RequestOptions): Promise<Desktop> {
    return desktops.resume(this.#transport, desktopId, options);
  }

  /** Does one action of any tool, or with `actions` up to 100. */
  execute(desktopId: string, request: ExecuteRequest): Promise<ExecuteResult>;
  execute(desktopId: string, request: BatchRequest): Promise<BatchResult>;
  execute(desktopId: string, request: ExecuteRequest | BatchRequest): Promise<ExecuteResult | BatchResult> {
    if ("actions" in request) return execute.batch(this.#transport, desktopId, request);
    return execute.execute(this.#transport, desktopId, request);
  }

  /** The screen, as `base64Image` of the answer. */
  screenshot(desktopId: string, options?: ActOptions): Promise<ExecuteResult> {
    return this.#act(desktopId, computer.screenshot(), options);
  }

  /** Clicks. */
  leftClick(id: string, x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.leftClick(x, y, options), options);
  }

  /** Clicks with the right button. */
  rightClick(id: string, x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.rightClick(x, y, options), options);
  }

  /** Clicks twice. */
  doubleClick(id: string, x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.doubleClick(x, y, options), options);
  }

  /** Clicks three times. */
  tripleClick(id: string, x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.tripleClick(x, y, options), options);
  }

  /** Clicks with the wheel. */
  middleClick(id: string, x?: number, y?: number, options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.middleClick(x, y, options), options);
  }

  /** Moves the pointer. */
  mouseMove(id: string, x: number, y: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.mouseMove(x, y), options);
  }

  /** Presses the left button and holds it, also beyond this call. */
  leftMouseDown(id: string, x?: number, y?: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.leftMouseDown(x, y), options);
  }

  /** Lets the left button go. */
  leftMouseUp(id: string, x?: number, y?: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.leftMouseUp(x, y), options);
  }

  /** Drags with the left button from one place to another. */
  drag(
    id: string,
    startX: number,
    startY: number,
    endX: number,
    endY: number,
    options?: Modifiers & ActOptions,
  ): Promise<ExecuteResult> {
    return this.#act(id, computer.drag(startX, startY, endX, endY, options), options);
  }

  /** Drags with the left button along two places or more. */
  dragPath(id: string, path: readonly Point[], options?: Modifiers & ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.dragPath(path, options), options);
  }

  /** Turns the wheel. */
  scroll(
    id: string,
    x: number | undefined,
    y: number | undefined,
    options: ScrollOptions & ActOptions,
  ): Promise<ExecuteResult> {
    return this.#act(id, computer.scroll(x, y, options), options);
  }

  /** Types any Unicode text where the keyboard is. */
  typeText(id: string, text: string, options?: { interval?: number } & ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.typeText(text, options), options);
  }

  /** Presses keys: `Return`, `ctrl+a`, several separated by spaces. */
  keyPress(id: string, key: string, options?: { repeat?: number } & ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.keyPress(key, options), options);
  }

  /** Holds a key for some seconds, 0 to 300. */
  holdKey(id: string, key: string, seconds: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.holdKey(key, seconds), options);
  }

  /** Waits some seconds, 0 to 300; until the screen has settled when left out. */
  wait(id: string, seconds?: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.wait(seconds), options);
  }

  /** Looks closely at a part of the screen, from its left top to its right bottom corner. */
  zoom(id: string, x0: number, y0: number, x1: number, y1: number, options?: ActOptions): Promise<ExecuteResult> {
    return this.#act(id, computer.zoom(x0, y0, x1, y1), options);
  }

  /** Where the pointer is, as `coordinate` of the answer. */
  cursorPosition(desktopId: string, options?: ActOptions): Promise<ExecuteResult> {
    return this.#act(desktopId, computer.cursorPosition(), options);
  }

  /** A desktop's tools as JSON Schema. */
  listTools(desktopId: string, options?: RequestOptions & { dialect?: undefined }): Promise<ToolSchema[]>;
  /** A desktop's tools as a provider's API takes them. */
  listTools<T = Record<string, unknown>>(desktopId: string, options: DialectOptions): Promise<T[]>;
  listTools(desktopId: string, options?: RequestOptions | DialectOptions): Promise<unknown[]> {
    if (options && "dialect" in options && options.dialect) {
      return execute.toolsFor(this.#transport, desktopId, options as DialectOptions);
    }
    return execute.listTools(this.#transport, desktopId, options);
  }

  /** What was done on a desktop, newest last. */
  getToolLogs(desktopId: string, options?: execute.ToolLogOptions): Promise<ToolLogEntry[]> {
    return execute.toolLogs(this.#transport, desktopId, options);
  }

  /** Opens a desktop's live view, or changes it. */
  createSession(desktopId: string, wanted?: SessionRequest, options?: RequestOptions): Promise<SessionInfo> {
    return desktops.openSession(this.#transport, desktopId, wanted, options);
  }

  /** A desktop's live view; a `NotFoundError` when it has none. */
  getSession(desktopId: string, options?: RequestOptions): Promise<SessionInfo> {
    return desktops.getSession(this.#transport, desktopId, options);
  }

  /** Ends a desktop's live view. */
  deleteSession(desktopId: string, options?: RequestOptions): Promise<void> {
    return desktops.endSession(this.#transport, desktopId, options);
  }

  /** Entries of a folder on a desktop's drive. */
  listFiles(desktopId: string, options?: PathOptions): Promise<File[]> {
    return files.list(this.#transport, desktopId, options);
  }

  /** Stores a file on a desktop's drive, replacing one of that name. At most 100 MiB. */
  uploadFile(desktopId: string, name: string, body: UploadBody, options?: UploadOptions): Promise<UploadFileResponse> {
    return files.upload(this.#transport, desktopId, name, body, options);
  }

  /** The bytes of a file on a desktop's drive, all in memory; `nen.desktop(id).files.download` streams. */
  async downloadFile(desktopId: string, name: string, options?: DownloadOptions): Promise<Uint8Array> {
    return (await files.download(this.#transport, desktopId, name, options)).bytes();
  }

  /** Removes a file or an empty folder from a desktop's drive. */
  deleteFile(desktopId: string, name: string, options?: PathOptions): Promise<void> {
    return files.remove(this.#transport, desktopId, name, options);
  }

  #act(desktopId: string, call: ActionCall, options?: ActOptions): Promise<ExecuteResult> {
    return execute.execute(this.#transport, desktopId, { ...options, ...call });
  }
}
