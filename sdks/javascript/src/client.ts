import { Auth } from "./calls/auth.js";
import { Keys } from "./calls/keys.js";
import { Runs } from "./calls/runs.js";
import * as server from "./calls/server.js";
import { WorkspaceSettingsCalls } from "./calls/settings.js";
import { Workflows } from "./calls/workflows.js";
import { type WorkspaceEventOptions, workspaceEvents } from "./calls/workspace-events.js";
import { Desktops } from "./desktop/desktops.js";
import { DesktopHandle } from "./desktop/handle.js";
import { FlatCalls } from "./flat.js";
import { apiKeyOf, environment, type NenOptions, type RequestOptions, settingsOf } from "./options.js";
import type { Query } from "./route.js";
import { type Call, Transport } from "./transport.js";
import type { AuditList, Health } from "./types/admin.js";
import type { WorkspaceEvent } from "./types/desktop.js";
import type { Models } from "./types/model.js";
import type { Usage } from "./types/usage.js";

/**
 * A client of a Nen server.
 *
 * ```ts
 * const nen = new Nen();
 * await using desktop = await nen.desktops.create({ startUrl: "https://example.com" });
 * await desktop.leftClick(640, 400);
 * ```
 *
 * Safe and idempotent calls are repeated when the server is busy or the connection fails; what acts on a desktop never
 * is once it may have arrived. Everything that fails throws a `NenDesktopError`; wrong arguments throw a `TypeError`
 * before anything is sent.
 */
export class Nen extends FlatCalls {
  /** Who calls, and signing a browser in. */
  readonly auth: Auth;
  /** Desktops to act on. */
  readonly desktops: Desktops;
  /** Workflows: Python files that drive a desktop. */
  readonly workflows: Workflows;
  /** Runs of workflows. */
  readonly runs: Runs;
  /** API keys of the workspace. */
  readonly keys: Keys;
  /** Settings of the workspace. */
  readonly settings: WorkspaceSettingsCalls;
  readonly #transport: Transport;

  constructor(options: NenOptions = {}) {
    const transport = new Transport(settingsOf(options), apiKeyOf(options), options.headers);
    super(transport);
    this.#transport = transport;
    this.auth = new Auth(transport);
    this.desktops = new Desktops(transport);
    this.workflows = new Workflows(transport);
    this.runs = new Runs(transport, options.signingSecret ?? environment("NEN_SIGNING_SECRET"));
    this.keys = new Keys(transport);
    this.settings = new WorkspaceSettingsCalls(transport);
  }

  /** A desktop by its id, without asking the server. */
  desktop(desktopId: string): DesktopHandle {
    return new DesktopHandle(this.#transport, desktopId);
  }

  /**
   * What happens to all desktops of the workspace, over as many connections as it takes. Each begins with an event
   * `connected`: then look at what you keep, since what happened meanwhile does not come again.
   */
  events(options?: WorkspaceEventOptions): AsyncGenerator<WorkspaceEvent, void, undefined> {
    return workspaceEvents(this.#transport, options);
  }

  /** What the workspace used by day (UTC), and what it may use at once. Needs the scope `admin`. */
  usage(options?: server.UsageOptions): Promise<Usage> {
    return server.usage(this.#transport, options);
  }

  /** Who did what in the workspace, newest first, a page at a time. Needs the scope `admin`. */
  audit(options?: server.AuditOptions): Promise<AuditList> {
    return server.audit(this.#transport, options);
  }

  /** The vision models that the server can ask. */
  models(options?: RequestOptions): Promise<Models> {
    return server.models(this.#transport, options);
  }

  /** Whether the server works, and its version. Needs no key. */
  health(options?: RequestOptions): Promise<Health> {
    return server.health(this.#transport, options);
  }

  /** The server's own description of its API. Needs no key. */
  openapi(options?: RequestOptions): Promise<Record<string, unknown>> {
    return server.openapi(this.#transport, options);
  }

  /**
   * Any call that answers in JSON, for what this client does not know yet. `path` begins with `/` and is percent-encoded;
   * names are those of the wire. Undefined when the answer is empty.
   */
  request(method: Call["method"], path: string, options: RawRequest = {}): Promise<unknown> {
    const { query = {}, headers = {}, json, text } = options;
    const body = json === undefined ? text : JSON.stringify(json);
    return this.#transport.json({ method, path, query, headers, json: body, options });
  }
}

/** A call in the words of the wire. */
export interface RawRequest extends RequestOptions {
  query?: Query;
  headers?: Readonly<Record<string, string>>;
  /** Becomes the body. */
  json?: unknown;
  /** The body, where it is JSON already. */
  text?: string;
}
