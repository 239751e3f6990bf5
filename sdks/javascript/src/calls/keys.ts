import { idempotencyKeyOf } from "../idempotency.js";
import type { CreationOptions, RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Transport } from "../transport.js";
import type { CreateKey, Key, NewKey } from "../types/admin.js";
import { fromWire, toWire } from "../wire.js";

/** API keys of the workspace. Needs the scope `admin`. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes a key. Its secret is in this answer only, and null when the answer to the first attempt was lost. */
  async create(key: CreateKey, options?: CreationOptions): Promise<NewKey> {
    const json = JSON.stringify(toWire(key));
    const idempotencyKey = idempotencyKeyOf(options);
    return fromWire(await this.#transport.object({ method: "POST", path: "/keys", json, idempotencyKey, options }));
  }

  /** All keys, without their secrets. */
  async list(options?: RequestOptions): Promise<Key[]> {
    return fromWire(await this.#transport.list({ method: "GET", path: "/keys", options }));
  }

  /** Ends a key; the one that asks cannot end itself. */
  async revoke(keyId: string, options?: RequestOptions): Promise<void> {
    await this.#transport.remove({ method: "DELETE", path: route`/keys/${keyId}`, options });
  }
}
