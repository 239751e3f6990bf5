import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Transport } from "../transport.js";
import type { AgentReport } from "../types/admin.js";
import { fromWire } from "../wire.js";

// The server gives up after 1800 s by itself; its answer should still arrive.
const PATIENCE_MS = 1_830_000;

/** How the agent works. */
export interface AgentOptions extends RequestOptions {
  /** The model's name; the server's default when left out. */
  model?: string;
}

/** How the agent carries out an instruction. */
export interface AgentExecuteOptions extends AgentOptions {
  /** Questions to the model at most, 1 to 200; 10 when left out. */
  maxIterations?: number;
  /** US dollars that it may cost. */
  maxCostUsd?: number;
}

/** How the agent looks whether something holds. */
export interface AgentVerifyOptions extends AgentOptions {
  /** Seconds to wait for it; 10 when left out. 0 looks once. */
  seconds?: number;
}

export async function execute(
  transport: Transport,
  id: string,
  instruction: string,
  options: AgentExecuteOptions = {},
): Promise<AgentReport> {
  const { maxIterations, model, maxCostUsd } = options;
  const asked = { instruction, max_iterations: maxIterations, model, max_cost_usd: maxCostUsd };
  return fromWire(await ask(transport, route`/desktops/${id}/agent/execute`, asked, options));
}

export async function verify(
  transport: Transport,
  id: string,
  condition: string,
  options: AgentVerifyOptions = {},
): Promise<boolean> {
  const { seconds, model } = options;
  const asked = { condition, timeout: seconds, model };
  return (await ask(transport, route`/desktops/${id}/agent/verify`, asked, options)) === true;
}

export async function extract(
  transport: Transport,
  id: string,
  query: string,
  schema: object,
  options: AgentOptions = {},
): Promise<unknown> {
  return ask(transport, route`/desktops/${id}/agent/extract`, { query, schema, model: options.model }, options);
}

async function ask(transport: Transport, path: string, asked: object, options: RequestOptions): Promise<unknown> {
  const json = JSON.stringify(asked);
  const answer = await transport.object({ method: "POST", path, json, patience: PATIENCE_MS, options });
  return answer["result"];
}
