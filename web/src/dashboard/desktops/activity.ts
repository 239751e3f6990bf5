import { type Signal, signal } from "@preact/signals";
import type { ToolLogEntry } from "nen-client";
import { nen } from "../server/client";
import { onEvent, type WorkspaceEvent } from "../server/events";

/** What goes on on one desktop, as far as events and first questions have told. */
export interface Activity {
  /** Undefined while it was not asked yet, null where nothing was done. */
  lastAction: Signal<LastAction | null | undefined>;
  /** A person holds it; undefined while it was not asked yet. */
  isHeld: Signal<boolean | undefined>;
  /** Who that is, as the log names them; null while nobody holds it. */
  heldBy: Signal<string | null>;
  /** Who sees its screen live, as far as it was asked. */
  viewers: Signal<readonly ("view" | "interactive")[]>;
  /** Counts whatever may have changed its screen. */
  changes: Signal<number>;
}

export type LastAction = Pick<ToolLogEntry, "id" | "tool" | "action" | "params" | "status" | "startedAt" | "actor" | "screenshot">;

const all = new Map<string, Activity>();

export function activityOf(id: string): Activity {
  let activity = all.get(id);
  if (!activity) {
    activity = { lastAction: signal(undefined), isHeld: signal(undefined), heldBy: signal(null), viewers: signal([]), changes: signal(0) };
    all.set(id, activity);
  }
  return activity;
}

/** Asks for what events have not told yet. */
export async function learn(id: string): Promise<void> {
  const { lastAction, isHeld } = activityOf(id);
  const questions: Promise<unknown>[] = [];
  if (lastAction.peek() === undefined) {
    questions.push(nen.getToolLogs(id, { limit: 1 }).then(([entry]) => (lastAction.value ??= entry ?? null)));
  }
  if (isHeld.peek() === undefined) {
    questions.push(learnControl(id));
  }
  await Promise.allSettled(questions); // what fails is asked again when the card comes into sight again
}

/** Asks who is in control and who watches. */
export async function learnControl(id: string): Promise<void> {
  const { isHeld, heldBy, viewers } = activityOf(id);
  const before = isHeld.peek();
  const state = (await nen.request("GET", `/desktops/${encodeURIComponent(id)}/view/state`)) as ViewState;
  if (isHeld.peek() === before) {
    // Else an event told something newer.
    isHeld.value = state.takeover;
    heldBy.value = state.held_by;
  }
  viewers.value = state.viewers;
}

/** Answer of `GET /desktops/{id}/view/state`, the part that is used. */
interface ViewState {
  takeover: boolean;
  held_by: string | null;
  viewers: readonly ("view" | "interactive")[];
}

/** Entry of the tool log in an event, with the names that the client uses. */
export function entryOf(data: Readonly<Record<string, unknown>>): ToolLogEntry {
  const entry = data as Record<string, never>;
  return {
    ...entry,
    startedAt: entry["started_at"],
    durationMs: entry["duration_ms"],
    raw: data,
  } as unknown as ToolLogEntry;
}

function keepPicture({ lastAction }: Activity, entry: number, screenshot: string): void {
  const last = lastAction.peek();
  if (last?.id === entry) lastAction.value = { ...last, screenshot };
}

function hear({ kind, desktopId: id, data }: WorkspaceEvent): void {
  if (kind === "desktop.deleted") return void all.delete(id);
  const activity = activityOf(id);
  if (kind === "action") activity.lastAction.value = entryOf(data);
  if (kind === "picture") keepPicture(activity, Number(data["entry"]), String(data["screenshot"]));
  if (kind === "control.taken" || kind === "control.returned") {
    const isHeld = kind === "control.taken";
    activity.isHeld.value = isHeld;
    activity.heldBy.value = isHeld ? String(data["by"]) : null;
  }
  if (kind.startsWith("control.") || kind === "viewer.connected" || kind === "viewer.disconnected") return;
  activity.changes.value += 1;
}

onEvent(hear);
