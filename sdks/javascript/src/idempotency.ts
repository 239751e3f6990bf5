import type { CreationOptions } from "./options.js";

/** The key under which a creation is done once: the caller's, none for `null`, else a new one. */
export function idempotencyKeyOf(options: CreationOptions | undefined): string | undefined {
  if (options?.idempotencyKey !== undefined) return options.idempotencyKey ?? undefined;
  // Not randomUUID: browsers have that on https pages only.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
