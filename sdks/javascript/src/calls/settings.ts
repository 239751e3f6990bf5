import type { RequestOptions } from "../options.js";
import type { Transport } from "../transport.js";
import type { Budget, ModelUseDay, NewSecret, WorkspaceSettings } from "../types/admin.js";
import type { AllowList, WorkspaceNetwork } from "../types/network.js";
import { fromWire } from "../wire.js";

/** Which days of model use are wanted. */
export interface ModelUseOptions extends RequestOptions {
  /** First moment, Unix seconds or a date; 30 days before `until` when left out. */
  since?: number | Date;
  /** Moment at which to stop, Unix seconds or a date; now when left out. */
  until?: number | Date;
}

/** Settings of the workspace. Needs the scope `admin`. */
export class WorkspaceSettingsCalls {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The settings; of secrets only what may be shown. */
  async get(options?: RequestOptions): Promise<WorkspaceSettings> {
    return fromWire(await this.#transport.object({ method: "GET", path: "/settings", options }));
  }

  /** A new secret for webhooks. The one before stays valid for 24 h. */
  async rotateWebhookSecret(options?: RequestOptions): Promise<NewSecret> {
    const path = "/settings/webhook-secret/rotate";
    return fromWire(await this.#transport.object({ method: "POST", path, options }));
  }

  /** A new secret for runs with secrets. The one before stays valid for 24 h. */
  async rotateSigningSecret(options?: RequestOptions): Promise<NewSecret> {
    const path = "/settings/signing-secret/rotate";
    return fromWire(await this.#transport.object({ method: "POST", path, options }));
  }

  /** What the models of the workspace may cost in a calendar month (UTC), in US dollars; null for no limit. */
  async setBudget(maxCostUsd: number | null, options?: RequestOptions): Promise<Budget> {
    const json = JSON.stringify({ max_cost_usd: maxCostUsd });
    return fromWire(await this.#transport.object({ method: "PUT", path: "/settings/budget", json, options }));
  }

  /**
   * What desktops and workflows that begin from now on may reach at most, and what desktops get that are created without a
   * network; null for the internet.
   */
  async setNetwork(
    network: "internet" | "none" | AllowList | null,
    options?: RequestOptions,
  ): Promise<WorkspaceNetwork> {
    const json = JSON.stringify({ network });
    return fromWire(await this.#transport.object({ method: "PUT", path: "/settings/network", json, options }));
  }

  /** What models were used for, by day (UTC) and model. */
  async modelUse(options: ModelUseOptions = {}): Promise<ModelUseDay[]> {
    const query = { since: seconds(options.since), until: seconds(options.until) };
    const call = { method: "GET", path: "/settings/model-use", query, options } as const;
    return fromWire(await this.#transport.listIn(call, "days"));
  }
}

function seconds(time: number | Date | undefined): number | undefined {
  return time instanceof Date ? Math.floor(time.getTime() / 1000) : time;
}
