import type { FromWire, Open } from "../wire.js";
import type { AllowList, Network } from "./network.js";

/** Where a desktop is in its life. */
export type DesktopStatus = Open<"creating" | "running" | "paused" | "error" | "deleted">;

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A desktop as it was when the server answered. Times are Unix seconds. */
export interface Desktop extends FromWire {
  /** `dsk_` and twelve lower-case letters and digits. */
  desktopId: string;
  /** `sandbox`. */
  desktopType: string;
  status: DesktopStatus;
  /** Its owner. */
  workspaceId: string;
  /** Shown to people; empty when it has none. */
  name: string;
  /** Its live-view session, while there is one; lists do not carry it. */
  session: SessionInfo | null;
  createdAt: number;
  /** Last change of its state or name. */
  updatedAt: number;
  /** Why it failed, when its status is `error`. */
  error?: string | null;
  /** Screen size in pixels. */
  display: Size;
  /** Tools it offers: `computer`, `bash`, `clipboard`, `windows`. */
  tools: string[];
  /** What it may reach. */
  network: Network;
  /** Whether its creation took a desktop that ran already, or started one. */
  provisioning: Open<"warm" | "cold">;
  /** Labels of its creator. */
  metadata?: Record<string, string>;
  /** Seconds after its creation at which it is deleted whatever happens. */
  timeoutSeconds?: number | null;
  /** Seconds without a call after which `onIdle` happens; 0 for never. */
  idleTimeoutSeconds: number;
  onIdle: Open<"pause" | "delete">;
  /** Of Nen's hosted service; empty elsewhere. */
  instanceId: string;
  /** Of Nen's hosted service; empty elsewhere. */
  publicIp: string;
  /** Of Nen's hosted service; empty elsewhere. */
  privateIp: string;
  /** Of Nen's hosted service; empty elsewhere. */
  controllerArn: string;
}

/** How to make a desktop. Everything is optional. */
export interface CreateDesktop {
  /** `sandbox` is the only type so far. */
  desktopType?: string;
  /** Shown to people; 1 to 128 characters. */
  name?: string | null;
  /** Screen size in pixels, each side 320 to 7680; 1280×800 when left out. */
  display?: Size;
  /** Tools it offers: `computer`, which is all when left out, `bash`, `clipboard`, `windows`. */
  tools?: ("computer" | "bash" | "clipboard" | "windows")[];
  /** Seconds after which it is deleted whatever happens; never when left out. */
  timeoutSeconds?: number | null;
  /** Seconds without a call after which `onIdle` happens; 1800 when left out, 0 for never. */
  idleTimeoutSeconds?: number;
  /** What happens then; `pause` when left out. */
  onIdle?: "pause" | "delete";
  /** What it may reach; what its workspace may, when left out. */
  network?: "internet" | "none" | AllowList;
  /** Environment of its programs. It can be read by everything inside: no place for secrets. */
  env?: Record<string, string>;
  /** Labels of yours; lists are filtered by them. */
  metadata?: Record<string, string>;
  /** A web page to open at once, `http://` or `https://`. */
  startUrl?: string | null;
}

/** Which desktops are listed. */
export interface DesktopFilter {
  /** Only those that have all these labels. */
  metadata?: Readonly<Record<string, string>>;
  /** Those that were deleted within 24 h, whose log and replay are still there, instead of those that are there. */
  deleted?: boolean;
}

/** Answer of a deletion. */
export interface DeleteResponse extends FromWire {
  desktopId: string;
  /** `deleted`. */
  status: DesktopStatus;
}

/** A live-view session. */
export interface SessionInfo extends FromWire {
  /** Absolute URL of the viewer page, with a short-lived token for this desktop and role. */
  href: string;
  /** True while the session exists. */
  active: boolean;
  /** Whether viewers may use mouse and keyboard. */
  interactive: boolean;
  /** Whether a person holds the desktop. */
  takeover: boolean;
  /** When the token in `href` stops opening the view, Unix seconds. */
  expiresAt: number;
}

/** What a session should be; an existing one stays as it is when nothing is said. */
export interface SessionRequest {
  /** Whether viewers may use mouse and keyboard. The server drops their input when not. */
  interactive?: boolean;
  /** Whether a person holds the desktop from now on: `execute` is refused until control is handed back. Needs `interactive`. */
  takeover?: boolean;
}

/** Something that happened to a desktop. */
export interface DesktopEvent extends FromWire {
  /** Counts per desktop, and starts again with the server; undefined for `lagged`. */
  id: number | undefined;
  /**
   * `desktop.paused`, `desktop.resumed`, `desktop.renamed`, `desktop.error`, `desktop.deleted`, `action`,
   * `control.taken`, `control.returned`, `viewer.connected`, `viewer.input`, `viewer.disconnected`, `app.started`,
   * `app.exited`, …; `lagged` when events were lost because they were read too slowly.
   */
  kind: string;
  /** Unix seconds with a fraction; undefined for `lagged`. */
  at: number | undefined;
  /** What belongs to the kind, with the names of the wire: of an `action` its entry in the tool log, of `lagged` `{lost}`. */
  data: unknown;
}

/** Something that happened to a desktop of the workspace, or to the stream that tells of it. */
export interface WorkspaceEvent extends DesktopEvent {
  /** The desktop; undefined when it is about the stream. */
  desktopId: string | undefined;
  /**
   * As a {@link DesktopEvent} has it; also `desktop.created`, and `picture` when the picture after an action is there.
   *
   * About the stream: `connected` at the beginning of each connection, with `{again: false}` for the first; what
   * happened before comes from nowhere, so look then at whatever is kept up to date by events. `disconnected`, with the
   * `{error}` if there was one, when the connection is lost, before it is made again. `lagged`, with the number `{lost}`,
   * when events were lost because they were read too slowly.
   */
  kind: string;
}
