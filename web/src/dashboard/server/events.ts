import { effect, signal } from "@preact/signals";
import type { WorkspaceEvent as AnyEvent } from "nen-client";
import { nen } from "./client";
import { identity } from "./identity";
import { may } from "./scopes";

/** Something that happened to a desktop. What is in `data` has the names of the wire. */
export interface WorkspaceEvent {
  desktopId: string;
  kind: string;
  /** Unix seconds with a fraction. */
  at: number;
  data: Readonly<Record<string, unknown>>;
}

/** `live`: what is shown is told of changes. `off`: nobody is signed in, or the key may not listen. */
export type StreamState = "off" | "connecting" | "live" | "lost";

export const streamState = signal<StreamState>("off");

/** A page that nobody looks at gives its connection back after this time: browsers have only six for one host. */
const HIDDEN_MS = 60_000;

const listeners = new Set<(event: WorkspaceEvent) => void>();
const beginners = new Set<() => void>();
let connection: AbortController | null = null;

/** Hears every event of the workspace, whichever page is shown. Answers with what ends it. */
export function onEvent(listener: (event: WorkspaceEvent) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Called whenever the stream begins (again): what happened before it did was not told, so ask for it. */
export function onStreamBegin(listener: () => void): () => void {
  beginners.add(listener);
  return () => void beginners.delete(listener);
}

/** Keeps the one stream open for as long as somebody who may listen is signed in and looks at the page. */
export function followWorkspace(): void {
  let hidden = 0;
  const isWanted = signal(true);
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.visibilityState === "visible") isWanted.value = true;
    else hidden = window.setTimeout(() => (isWanted.value = false), HIDDEN_MS);
  });
  effect(() => {
    const open = isWanted.value && Boolean(identity.value) && may("desktops:read");
    if (open && !connection) {
      connection = new AbortController();
      void follow(connection.signal);
    }
    if (!open) {
      connection?.abort();
      connection = null;
      streamState.value = "off";
    }
  });
}

async function follow(ended: AbortSignal): Promise<void> {
  streamState.value = "connecting";
  while (!ended.aborted) {
    try {
      // What has worked once comes back by itself; only the first connection can be refused.
      for await (const event of nen.events({ signal: ended, maxRetries: Number.POSITIVE_INFINITY })) hear(event);
    } catch {
      if (ended.aborted) return; // by the end of the sign-in, too: `watchedFetch` notices that
      streamState.value = "lost";
    }
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
}

function hear({ kind, desktopId, at, data }: AnyEvent): void {
  if (kind === "disconnected") streamState.value = "lost";
  if (kind === "connected") streamState.value = "live";
  if (kind === "connected" || kind === "lagged") for (const begin of beginners) begin();
  if (desktopId === undefined) return;
  const event: WorkspaceEvent = { desktopId, kind, at: at ?? 0, data: (data ?? {}) as WorkspaceEvent["data"] };
  for (const listener of listeners) listener(event);
}
