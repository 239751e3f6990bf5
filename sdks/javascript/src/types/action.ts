import type { RequestOptions } from "../options.js";
import type { FromWire, Open } from "../wire.js";

/** An action of a tool. */
export interface ActionCall {
  /** `computer`, `bash`, `clipboard`, `windows`. */
  tool: string;
  /** One of the tool's actions. */
  action: string;
  /** Its parameters, with the names of the wire. */
  params?: Record<string, unknown>;
}

/** When the screen counts as settled. */
export interface Settle {
  /** Milliseconds without damage that make it settled, 0 to 10 000; 80 when left out. */
  quietMs?: number;
  /** Milliseconds after which it is captured all the same, 0 to 60 000; 2000 when left out. */
  maxMs?: number;
}

/** Encodings of a picture. */
export type ImageFormat = "png" | "jpeg" | "webp";

/** How a picture of the screen is encoded. Coordinates of actions stay those of the full screen. */
export interface ImageOptions {
  /** `png` when left out. */
  format?: ImageFormat;
  /** 1 to 100, for JPEG and WebP; 80 when left out. */
  quality?: number;
  /** Shrinks the picture to this many pixels at most, never grows it. */
  maxWidth?: number | null;
  /** As `maxWidth`. */
  maxHeight?: number | null;
  /** Whether the pointer is drawn; true when left out. */
  cursor?: boolean;
}

/** What can be said about every action. */
export interface ActOptions extends RequestOptions {
  /**
   * When the answer carries a picture; `auto` when left out: when the screen can have changed, and when it was asked for.
   * `each` gives every `screenshot` and `zoom` of a batch its own, in `images`, and none beside.
   */
  screenshot?: "auto" | "always" | "never" | "each";
  /** Bounds of the wait for the screen to settle afterwards; `false` for not waiting. */
  settle?: Settle | boolean;
  /** How the picture is encoded. */
  image?: ImageOptions;
  /** What is typed is a secret: the tool log then tells not even its length. */
  secret?: boolean;
}

/** One action, and how it is answered. */
export interface ExecuteRequest extends ActionCall, ActOptions {}

/** Up to 100 actions, and how they are answered. */
export interface BatchRequest extends ActOptions {
  /** Done in order up to the first that fails. */
  actions: readonly ActionCall[];
}

/** How an action ended. */
export type ActionStatus = Open<"ok" | "error" | "skipped">;

/** What was seen after the last action. */
export interface View {
  /** Media type of the picture when it is not PNG. */
  mediaType?: string | null;
  /** Whether any pixel changed since before the first action; absent when nobody looked. */
  changed?: boolean | null;
  /** Milliseconds from the last action to the settled screen. */
  settledMs?: number | null;
  /** Present and true when the screen was still changing after `maxMs`. */
  settleTimedOut?: boolean;
}

/** Answer to one action. What the server left out is empty. */
export interface ExecuteResult extends View, FromWire {
  status: ActionStatus;
  /** Short text for a model. */
  output: string;
  /** Why it failed. */
  error: string;
  /** The picture in base64, without `data:` before it; see `imageOf`. */
  base64Image: string;
  /** Where the pointer was put or found, `[x, y]`. */
  coordinate?: number[] | null;
}

/** How one action of a batch ended. */
export interface ActionResult extends FromWire {
  status: ActionStatus;
  /** Short text for a model. */
  output?: string | null;
  /** Where the pointer was put or found, `[x, y]`. */
  coordinate?: number[] | null;
  /** Why it failed or was not begun. */
  error?: string | null;
}

/** What one action of a batch saw. */
export interface BatchImage extends FromWire {
  /** Which action, counted from 0. */
  action: number;
  /** The picture in base64; see `imageOf`. */
  base64Image: string;
  /** Its media type when it is not PNG. */
  mediaType?: string | null;
}

/** Answer to a batch. */
export interface BatchResult extends View, FromWire {
  /** `ok` when all were done. */
  status: ActionStatus;
  /** One for each action, in order. */
  results: ActionResult[];
  /** With `screenshot: "each"`, what the actions that look saw, in order. */
  images?: BatchImage[];
  /** The picture in base64, without `data:` before it; empty when there is none. See `imageOf`. */
  base64Image: string;
}

/** A tool that a model can be given. */
export interface ToolSchema extends FromWire {
  /** Goes into `tool` of an action. */
  name: string;
  /** Written for the model. */
  description: string;
  /** JSON Schema of the call, flat: `action` beside its parameters. */
  parameters: Record<string, unknown>;
}

/** One entry of a desktop's tool log. */
export interface ToolLogEntry extends FromWire {
  /** Grows with time within a desktop. */
  id: number;
  tool: string;
  action: string;
  /** Parameters; typed text is replaced by its length. */
  params: Record<string, unknown>;
  status: ActionStatus;
  /** Text the action produced, shortened. */
  output?: string | null;
  /** Why it failed. */
  error?: string | null;
  coordinate?: number[] | null;
  /** Whether a pixel of the screen changed; absent when nobody looked. */
  changed?: boolean | null;
  /** Unix seconds with a fraction. */
  startedAt: number;
  /** How long it took in milliseconds, without the settling after it. */
  durationMs: number;
  /** Who acted: the name of an API key, or `human`. */
  actor: string;
  /** Path of the picture of the screen after it; absent when there is none. `desktop.toolLogScreenshot` takes it. */
  screenshot?: string | null;
}

/** A window on the desktop. */
export interface DesktopWindow extends FromWire {
  /** For `focus`. */
  id: number;
  title: string;
  /** The program's class, as in `Chromium`. */
  app: string;
  /** Left edge of its contents on the screen, in pixels. */
  x: number;
  /** Top edge of its contents on the screen, in pixels. */
  y: number;
  width: number;
  height: number;
  /** Whether it has the keyboard. */
  focused: boolean;
}

/** Whose model tools and calls are for. */
export type Dialect = Open<"anthropic" | "anthropic-toolset" | "openai" | "openai-functions" | "gemini" | "mcp">;

/** In which form a provider's API takes tools and sends calls. */
export interface DialectOptions extends RequestOptions {
  dialect: Dialect;
  /**
   * Which of the provider's forms: `computer_20241022`, `computer_20250124`, `computer_20251124` for `anthropic`;
   * `computer`, `computer_use_preview` for `openai`; `chat`, `responses` for `openai-functions`; `desktop`, `browser` for
   * `gemini`. Each dialect has a usual one.
   */
  variant?: string;
  /** Width in pixels of the pictures that the model is shown, when they are not the screen's size. */
  displayWidth?: number;
  /** Height in pixels of the pictures that the model is shown. */
  displayHeight?: number;
}
