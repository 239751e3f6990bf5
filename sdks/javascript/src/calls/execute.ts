import { UnsupportedByServerError } from "../errors.js";
import { place } from "../failure.js";
import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Transport } from "../transport.js";
import type {
  ActionCall,
  ActOptions,
  BatchRequest,
  BatchResult,
  DialectOptions,
  ExecuteRequest,
  ExecuteResult,
  ToolLogEntry,
  ToolSchema,
} from "../types/action.js";
import { fromWire, isObject, toWire } from "../wire.js";

/** Does one action. It is never sent twice once it may have arrived. */
export async function execute(transport: Transport, id: string, request: ExecuteRequest): Promise<ExecuteResult> {
  const { tool, action, params, ...rest } = request;
  const call = { tool, action, params: params ?? {} };
  const result = fromWire<ExecuteResult>(await post(transport, id, { action: call }, [call], rest));
  // Published code expects these to be texts, whether there is something to say or not.
  result.output ??= "";
  result.error ??= "";
  result.base64Image ??= "";
  return result;
}

/** Does several actions, up to the first that fails. They are never sent twice once they may have arrived. */
export async function batch(transport: Transport, id: string, request: BatchRequest): Promise<BatchResult> {
  const { actions, ...rest } = request;
  const calls = actions.map(({ tool, action, params }) => ({ tool, action, params: params ?? {} }));
  const result = fromWire<BatchResult>(await post(transport, id, { actions: calls }, calls, rest));
  result.base64Image ??= "";
  return result;
}

function post(transport: Transport, id: string, what: object, calls: ActionCall[], options: ActOptions) {
  const { screenshot, settle, image, secret } = options;
  return transport.object({
    method: "POST",
    path: route`/desktops/${id}/execute`,
    json: JSON.stringify({ ...what, ...toWire({ screenshot, settle, image, secret }) }),
    patience: transport.settings.longTimeout + secondsAskedFor(calls) * 1000,
    options,
  });
}

/** Seconds that actions take because they were asked to: `wait`, `hold_key`, a command with a timeout. */
function secondsAskedFor(calls: readonly ActionCall[]): number {
  let sum = 0;
  for (const { params } of calls) {
    const asked = params?.["duration"] ?? params?.["timeout"];
    if (typeof asked === "number" && asked > 0) sum += asked;
  }
  return sum;
}

export async function listTools(transport: Transport, id: string, options?: RequestOptions): Promise<ToolSchema[]> {
  return fromWire(await transport.list({ method: "GET", path: route`/desktops/${id}/tools`, options }));
}

/** Tool definitions as a provider's API takes them: nothing of them is touched. */
export async function toolsFor(transport: Transport, id: string, options: DialectOptions): Promise<unknown[]> {
  const path = route`/desktops/${id}/tools`;
  const tools = await transport.list({ method: "GET", path, query: dialectQuery(options), options });
  // A server that does not know dialects answers as if none was asked for; no dialect is like that.
  if (tools.length > 0 && tools.every(isNeutral)) {
    const message = `the server at ${place(transport.settings)} knows no dialects of tools: it is older than this client`;
    throw new UnsupportedByServerError(200, "", { message });
  }
  return tools;
}

function isNeutral(tool: unknown): boolean {
  return isObject(tool) && Object.keys(tool).sort().join() === "description,name,parameters";
}

/** Carries out a provider's tool calls. Neither they nor their results are touched, and they are never sent twice. */
export async function calls(
  transport: Transport,
  id: string,
  items: readonly unknown[],
  options: DialectOptions,
): Promise<unknown[]> {
  const json = JSON.stringify(items);
  const path = route`/desktops/${id}/calls`;
  return transport.list({ method: "POST", path, query: dialectQuery(options), json, long: true, options });
}

function dialectQuery({ dialect, variant, displayWidth, displayHeight }: DialectOptions) {
  return { dialect, variant, display_width: displayWidth, display_height: displayHeight };
}

export async function toolLogs(
  transport: Transport,
  id: string,
  options: ToolLogOptions = {},
): Promise<ToolLogEntry[]> {
  const { limit, before } = options;
  const path = route`/desktops/${id}/tool-logs`;
  return fromWire(await transport.list({ method: "GET", path, query: { limit, before }, options }));
}

/** Which entries of a tool log are wanted. */
export interface ToolLogOptions extends RequestOptions {
  /** Most entries, 1 to 1000; 100 when left out. */
  limit?: number;
  /** Only entries before the one with this id: for the page before. */
  before?: number;
}
