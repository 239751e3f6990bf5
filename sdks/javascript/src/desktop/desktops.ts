import * as calls from "../calls/desktops.js";
import type { CreationOptions, RequestOptions } from "../options.js";
import type { Transport } from "../transport.js";
import type { CreateDesktop, Desktop, DesktopFilter } from "../types/desktop.js";
import { DesktopHandle } from "./handle.js";

/** Desktops to act on. */
export class Desktops {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes a desktop; it takes calls at once. */
  async create(wanted: CreateDesktop = {}, options?: CreationOptions): Promise<DesktopHandle> {
    return this.#handle(await calls.create(this.#transport, wanted, options));
  }

  /** All desktops, or those that the filter says. */
  async list(filter?: DesktopFilter & RequestOptions): Promise<DesktopHandle[]> {
    const found = await calls.list(this.#transport, filter);
    return found.map((desktop) => this.#handle(desktop));
  }

  /** One desktop; a `NotFoundError` when there is none of this id. */
  async get(desktopId: string, options?: RequestOptions): Promise<DesktopHandle> {
    return this.#handle(await calls.get(this.#transport, desktopId, options));
  }

  #handle(desktop: Desktop): DesktopHandle {
    return new DesktopHandle(this.#transport, desktop.desktopId, desktop);
  }
}
