import { idempotencyKeyOf } from "../idempotency.js";
import type { CreationOptions, RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Transport } from "../transport.js";
import type {
  CreateDesktop,
  DeleteResponse,
  Desktop,
  DesktopFilter,
  SessionInfo,
  SessionRequest,
} from "../types/desktop.js";
import { fromWire, toWire } from "../wire.js";

/** Fills in what published code expects to be there, whether a server has it or not. */
function desktopOf(raw: unknown): Desktop {
  const desktop = fromWire<Desktop>(raw);
  desktop.name ??= "";
  desktop.session ??= null;
  desktop.instanceId ??= "";
  desktop.publicIp ??= "";
  desktop.privateIp ??= "";
  desktop.controllerArn ??= "";
  return desktop;
}

export async function create(transport: Transport, wanted: CreateDesktop, options?: CreationOptions): Promise<Desktop> {
  const json = JSON.stringify(toWire(wanted));
  const idempotencyKey = idempotencyKeyOf(options);
  return desktopOf(await transport.object({ method: "POST", path: "/desktops", json, idempotencyKey, options }));
}

export async function list(transport: Transport, options: DesktopFilter & RequestOptions = {}): Promise<Desktop[]> {
  const { metadata = {}, deleted } = options;
  const labels = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`metadata.${name}`, value]));
  const query = { ...labels, deleted };
  return (await transport.list({ method: "GET", path: "/desktops", query, options })).map(desktopOf);
}

export async function get(transport: Transport, id: string, options?: RequestOptions): Promise<Desktop> {
  return desktopOf(await transport.object({ method: "GET", path: route`/desktops/${id}`, options }));
}

export async function rename(
  transport: Transport,
  id: string,
  name: string,
  options?: RequestOptions,
): Promise<Desktop> {
  const json = JSON.stringify({ name });
  return desktopOf(await transport.object({ method: "PATCH", path: route`/desktops/${id}`, json, options }));
}

export async function remove(transport: Transport, id: string, options?: RequestOptions): Promise<DeleteResponse> {
  const answer = await transport.remove({ method: "DELETE", path: route`/desktops/${id}`, options });
  return fromWire(answer ?? { desktop_id: id, status: "deleted" });
}

export async function pause(transport: Transport, id: string, options?: RequestOptions): Promise<Desktop> {
  return desktopOf(await transport.object({ method: "POST", path: route`/desktops/${id}/pause`, options }));
}

export async function resume(transport: Transport, id: string, options?: RequestOptions): Promise<Desktop> {
  return desktopOf(await transport.object({ method: "POST", path: route`/desktops/${id}/resume`, options }));
}

export async function openSession(
  transport: Transport,
  id: string,
  wanted?: SessionRequest,
  options?: RequestOptions,
): Promise<SessionInfo> {
  const json = wanted && JSON.stringify(toWire(wanted));
  return fromWire(await transport.object({ method: "PUT", path: route`/desktops/${id}/session`, json, options }));
}

export async function getSession(transport: Transport, id: string, options?: RequestOptions): Promise<SessionInfo> {
  return fromWire(await transport.object({ method: "GET", path: route`/desktops/${id}/session`, options }));
}

export async function endSession(transport: Transport, id: string, options?: RequestOptions): Promise<void> {
  await transport.remove({ method: "DELETE", path: route`/desktops/${id}/session`, options });
}
