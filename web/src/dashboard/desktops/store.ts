import { computed, effect, signal } from "@preact/signals";
import { type Desktop, NotFoundError } from "nen-client";
import { nen } from "../server/client";
import { onEvent, onStreamBegin, type WorkspaceEvent } from "../server/events";
import { identity } from "../server/identity";

const known = signal<ReadonlyMap<string, Desktop> | undefined>(undefined);

/** All desktops of the workspace, newest first; undefined before the first answer. Kept up to date by events. */
export const desktops = computed(() => known.value && [...known.value.values()].sort((a, b) => b.createdAt - a.createdAt));

/** Why they could not be asked for. */
export const desktopsError = signal<unknown>(undefined);

/** One desktop as it is known. */
export function desktopOf(id: string): Desktop | undefined {
  return known.value?.get(id);
}

/** Asks for all of them. */
export async function refreshDesktops(): Promise<void> {
  try {
    const list = await nen.listDesktops();
    known.value = new Map(list.filter(isThere).map((desktop) => [desktop.desktopId, desktop]));
    desktopsError.value = undefined;
  } catch (error) {
    desktopsError.value = error;
  }
}

/** Puts what a call has just answered in place. */
export function put(desktop: Desktop): void {
  const next = new Map(known.peek());
  if (isThere(desktop)) next.set(desktop.desktopId, desktop);
  else next.delete(desktop.desktopId);
  known.value = next;
}

/** Takes away what is gone. */
export function drop(id: string): void {
  if (!known.peek()?.has(id)) return;
  const next = new Map(known.peek());
  next.delete(id);
  known.value = next;
}

/** Asks for one, as when it is new. */
export async function refreshDesktop(id: string): Promise<void> {
  try {
    put(await nen.getDesktop(id));
  } catch (error) {
    if (error instanceof NotFoundError) drop(id);
  }
}

function isThere({ status }: Desktop): boolean {
  return status !== "deleted";
}

function hear({ kind, desktopId: id, data }: WorkspaceEvent): void {
  if (!known.peek()) return;
  if (kind === "desktop.deleted") return drop(id);
  if (kind === "desktop.created") return void refreshDesktop(id);
  const desktop = known.peek()?.get(id);
  if (!desktop) return;
  if (kind === "desktop.renamed") put({ ...desktop, name: String(data["name"] ?? "") });
  if (kind === "desktop.paused") put({ ...desktop, status: "paused" });
  if (kind === "desktop.resumed") put({ ...desktop, status: "running", error: null });
  if (kind === "desktop.error") put({ ...desktop, status: "error", error: String(data["error"] ?? "") });
}

onEvent(hear);
onStreamBegin(() => void (known.peek() && refreshDesktops()));
effect(() => {
  if (identity.value === null) known.value = undefined; // nothing of one workspace is shown to the next who signs in
});
