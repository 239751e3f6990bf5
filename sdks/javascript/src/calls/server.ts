import type { RequestOptions } from "../options.js";
import type { Transport } from "../transport.js";
import type { Health } from "../types/admin.js";
import { fromWire } from "../wire.js";

export async function health(transport: Transport, options?: RequestOptions): Promise<Health> {
  return fromWire(await transport.object({ method: "GET", path: "/health", open: true, options }));
}

export async function openapi(transport: Transport, options?: RequestOptions): Promise<Record<string, unknown>> {
  return transport.object({ method: "GET", path: "/openapi.json", open: true, options });
}
