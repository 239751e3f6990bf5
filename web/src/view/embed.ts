import { type Control, control, type EndReason, mayAct, type Store } from "./state";
import type { SetControl } from "./takeover";

/** What an embedding page is told by `postMessage`. Holds no secret, so it is sent whatever the page's origin. */
export type EmbedMessage = { source: "nen-view"; version: 1; desktop_id: string } & (
  | { type: "connected"; role: "view" | "interactive"; display: { width: number; height: number } }
  | { type: "disconnected"; reason: EndReason | "connection_lost"; final: boolean }
  | { type: "control"; control: Control }
  | { type: "control_refused"; error: string }
);

/** What an embedding page can ask for by `postMessage`. */
export type EmbedCommand = { source: "nen-embedder"; version: 1 } & (
  | { type: "take_control" | "return_control" | "focus" | "refresh" }
  | { type: "watch"; watch: boolean }
);

/** What this page does for the one around it. */
export interface Embedded {
  setControl: SetControl;
  /** Gives the keyboard to the desktop. */
  focus(): void;
  /** Asks for the state anew. */
  refresh(): void;
}

/** Tells the embedding page, if there is one, about the connection and who is in control, and does what it asks for. */
export function bindEmbedder(store: Store, desktopId: string, embedded: Embedded): void {
  if (window.parent === window) return;
  const tell = (body: object): void => {
    window.parent.postMessage({ source: "nen-view", version: 1, desktop_id: desktopId, ...body }, "*");
  };
  store.subscribe((state, before) => {
    const { phase, session } = state;
    if (phase !== before.phase) {
      const role = mayAct(state) ? "interactive" : "view";
      if (phase.kind === "connected" && session) tell({ type: "connected", role, display: session.display });
      if (phase.kind === "ended") tell({ type: "disconnected", reason: phase.reason, final: true });
      if (phase.kind === "waiting") tell({ type: "disconnected", reason: "connection_lost", final: false });
    }
    const who = control(state);
    if (who && who !== control(before)) tell({ type: "control", control: who });
  });
  addEventListener("message", (event) => {
    // Whoever put this page into a frame gave it its token or is of its own origin: it may do all that the page may.
    if (event.source !== window.parent || !isCommand(event.data)) return;
    obey(event.data, store, embedded).catch((error: Error) => tell({ type: "control_refused", error: error.message }));
  });
}

async function obey(command: EmbedCommand, store: Store, { setControl, focus, refresh }: Embedded): Promise<void> {
  if (command.type === "take_control") await setControl(true);
  if (command.type === "return_control") await setControl(false);
  if (command.type === "watch") store.set({ watching: command.watch === true });
  if (command.type === "focus") focus();
  if (command.type === "refresh") refresh();
}

function isCommand(data: unknown): data is EmbedCommand {
  const { source, version } = (data ?? {}) as Partial<EmbedCommand>;
  return source === "nen-embedder" && version === 1;
}

/** Whether every page around this one is of its own origin; true as well when there is none. */
export function isAmongOwn(): boolean {
  for (let frame: Window = window; frame !== window.top; ) {
    frame = frame.parent;
    try {
      if (frame.location.origin !== location.origin) return false;
    } catch {
      return false; // what another origin's page says is not to be read
    }
  }
  return true;
}
