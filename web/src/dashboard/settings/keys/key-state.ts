import type { Key } from "nen-client";

/** `ended` by time or by a person: it opens nothing any more. */
export type KeyState = "good" | "ending" | "expired" | "revoked";

/** Keys that end within a week are marked. */
const SOON = 7 * 86_400;

export function stateOf(key: Key, now: number): KeyState {
  if (key.revokedAt) return "revoked";
  if (!key.expiresAt) return "good";
  if (key.expiresAt <= now) return "expired";
  return key.expiresAt - now < SOON ? "ending" : "good";
}

export const isOver = (state: KeyState): boolean => state === "expired" || state === "revoked";

/** Those that work first, then those that ended; the newest first in each. */
export function inOrder(keys: readonly Key[], now: number): Key[] {
  const over = (key: Key): number => Number(isOver(stateOf(key, now)));
  return keys.toSorted((a, b) => over(a) - over(b) || b.createdAt - a.createdAt);
}

/** Whether a search means this key. */
export function means(key: Key, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [key.name, key.prefix, key.id, ...key.scopes].some((text) => text.toLowerCase().includes(wanted));
}
