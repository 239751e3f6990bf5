import type { RequestOptions } from "../options.js";
import type { Transport } from "../transport.js";
import type { AuditList, Health } from "../types/admin.js";
import type { Models } from "../types/model.js";
import type { Usage } from "../types/usage.js";
import { fromWire } from "../wire.js";

export async function health(transport: Transport, options?: RequestOptions): Promise<Health> {
  return fromWire(await transport.object({ method: "GET", path: "/health", open: true, options }));
}

export async function openapi(transport: Transport, options?: RequestOptions): Promise<Record<string, unknown>> {
  return transport.object({ method: "GET", path: "/openapi.json", open: true, options });
}

export async function models(transport: Transport, options?: RequestOptions): Promise<Models> {
  return fromWire(await transport.object({ method: "GET", path: "/models", options }));
}

/** Which entries of the audit log are wanted. */
export interface AuditOptions extends RequestOptions {
  /** A whole action, or with a dot at its end the beginning of several. */
  action?: string;
  /** Name or id of a key, or `human`. */
  actor?: string;
  /** Id of what it was done to. */
  object?: string;
  /** Unix seconds. */
  since?: number;
  /** Most entries, 1 to 200; 50 when left out. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

export async function audit(transport: Transport, options: AuditOptions = {}): Promise<AuditList> {
  const { action, actor, object, since, limit, cursor } = options;
  const query = { action, actor, object, since, limit, cursor };
  return fromWire(await transport.object({ method: "GET", path: "/audit", query, options }));
}

/** Which days of use are wanted. */
export interface UsageOptions extends RequestOptions {
  /** How many, today among them; 30 when left out. */
  days?: number;
}

export async function usage(transport: Transport, options: UsageOptions = {}): Promise<Usage> {
  const { days } = options;
  return fromWire(await transport.object({ method: "GET", path: "/usage", query: { days }, options }));
}
