import type { CreateDesktop, Run, StartRun } from "nen-client";
import type { Errors } from "./parameters/read-entries";

/** How a run is to be executed, as it was entered. */
export interface Options {
  on: "new" | "existing";
  startUrl: string;
  size: string;
  network: "internet" | "none";
  desktopId: string;
  model: string;
  maxCost: string;
  webhook: string;
  timeout: string;
  queueTimeout: string;
  concurrencyKey: string;
}

export const FIRST_OPTIONS: Options = {
  on: "new",
  startUrl: "",
  size: "1280x800",
  network: "internet",
  desktopId: "",
  model: "",
  maxCost: "",
  webhook: "",
  timeout: "",
  queueTimeout: "",
  concurrencyKey: "",
};

export const USUAL_TIMEOUT = 1800;
export const USUAL_QUEUE_TIMEOUT = 3600;
const MOST_SECONDS = 86_400;

/** What an earlier run was started with, as far as the server tells: of its desktop it does not say whether it was made for it. */
export function optionsOf(run: Run): Options {
  const seconds = (value: number, usual: number): string => (value === usual ? "" : String(value));
  return {
    ...FIRST_OPTIONS,
    model: run.model ?? "",
    webhook: run.webhookCallback ?? "",
    timeout: seconds(run.timeoutSeconds, USUAL_TIMEOUT),
    queueTimeout: seconds(run.queueTimeoutSeconds, USUAL_QUEUE_TIMEOUT),
    concurrencyKey: run.concurrencyKey ?? "",
  };
}

export interface ReadOptions {
  wanted: Omit<StartRun, "workflowId">;
  /** By the names of the wire. */
  errors: Errors;
}

/** What the server is asked for, or what has to be put right first. */
export function readOptions(options: Options): ReadOptions {
  const errors: Errors = {};
  const seconds = (field: string, text: string): number | undefined => {
    if (text.trim() === "") return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > MOST_SECONDS) errors[field] = "A whole number from 1 to 86400, which is a day.";
    return value;
  };
  const cost = options.maxCost.trim() === "" ? undefined : Number(options.maxCost);
  if (cost !== undefined && !(cost > 0)) errors["max_cost_usd"] = "An amount of more than nothing.";
  if (options.on === "existing" && options.desktopId === "") errors["desktop_id"] = "Choose one.";
  const desktop = desktopOf(options);
  if (desktop.startUrl && !URL.canParse(desktop.startUrl)) errors["desktop"] = "An address such as https://example.com.";
  const [timeoutSeconds, queueTimeoutSeconds] = [seconds("timeout_seconds", options.timeout), seconds("queue_timeout_seconds", options.queueTimeout)];
  return {
    errors,
    wanted: {
      ...(options.on === "existing" ? { desktopId: options.desktopId } : Object.keys(desktop).length > 0 && { desktop }),
      ...(options.model.trim() && { model: options.model.trim() }),
      ...(cost !== undefined && { maxCostUsd: cost }),
      ...(options.webhook.trim() && { webhookCallback: options.webhook.trim() }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      ...(queueTimeoutSeconds !== undefined && { queueTimeoutSeconds }),
      ...(options.concurrencyKey.trim() && { concurrencyKey: options.concurrencyKey.trim() }),
    },
  };
}

/** How the desktop is to be made, where that is not as usual. */
function desktopOf({ startUrl, size, network }: Options): CreateDesktop {
  const [width = 0, height = 0] = size.split("x").map(Number);
  const url = startUrl.trim();
  return {
    ...(url && { startUrl: /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}` }),
    ...(size !== FIRST_OPTIONS.size && { display: { width, height } }),
    ...(network !== FIRST_OPTIONS.network && { network }),
  };
}
