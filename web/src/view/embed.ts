import { type Control, control, type EndReason, type Store } from "./state";

/** What an embedding page is told by `postMessage`. Holds no secret, so it is sent whatever the page's origin. */
export type EmbedMessage = { source: "nen-view"; version: 1; desktop_id: string } & (
  | { type: "connected"; role: "view" | "interactive"; display: { width: number; height: number } }
  | { type: "disconnected"; reason: EndReason | "connection_lost"; final: boolean }
  | { type: "control"; control: Control }
);

/** Tells the embedding page, if there is one, about the connection and who is in control. */
export function tellEmbedder(store: Store, desktopId: string): void {
  if (window.parent === window) return;
  const tell = (body: object): void => {
    window.parent.postMessage({ source: "nen-view", version: 1, desktop_id: desktopId, ...body }, "*");
  };
  store.subscribe((state, before) => {
    const { phase, session } = state;
    if (phase !== before.phase) {
      if (phase.kind === "connected" && session) tell({ type: "connected", role: session.role, display: session.display });
      if (phase.kind === "ended") tell({ type: "disconnected", reason: phase.reason, final: true });
      if (phase.kind === "waiting") tell({ type: "disconnected", reason: "connection_lost", final: false });
    }
    const who = control(state);
    if (who && who !== control(before)) tell({ type: "control", control: who });
  });
}
