import { isStreamed, sendable, type UploadBody } from "./body.js";
import { Clock } from "./clock.js";
import { patientDispatcher } from "./dispatcher.js";
import { NenDesktopError, NotFoundError } from "./errors.js";
import { type Asked, called, connectionFailure, contractError, failureOf, strange } from "./failure.js";
import { followed } from "./link.js";
import type { RequestOptions, Settings } from "./options.js";
import { isWorthRepeating, pause, pauseBefore } from "./retry.js";
import { type Query, queryText } from "./route.js";
import { isObject } from "./wire.js";

/** One request. */
export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with `/`, percent-encoded; see {@link route}. */
  path: string;
  query?: Query;
  headers?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON, byte for byte. */
  json?: string | undefined;
  /** Sent as it is. */
  body?: UploadBody;
  idempotencyKey?: string | undefined;
  /** False for what must not be sent twice although its method says otherwise. */
  repeatable?: boolean;
  /** Whether the usual time of this call is the long one. */
  long?: boolean;
  /** Milliseconds, when neither the usual nor the long time fits. */
  patience?: number;
  /** Whether it goes without the key: what is public, or a signed link. */
  open?: boolean;
  /** A link of the server's to somewhere else, instead of `path` at the base URL; it goes without the key. */
  link?: string;
  /** Whether the server may answer with a link to an object store. */
  mayLead?: boolean;
  options?: RequestOptions | undefined;
}

/** An answer whose body is still to be read. Who has it must read it or close the clock. */
export interface Exchange {
  response: Response;
  clock: Clock;
  asked: Asked;
}

/** Sends requests: with the key, in time, and again where that is safe. */
export class Transport {
  readonly settings: Settings;
  // Both are kept where neither `console.log` nor JSON shows them.
  readonly #apiKey: string | undefined;
  readonly #general: Readonly<Record<string, string>>;

  constructor(settings: Settings, apiKey: string | undefined, headers: Readonly<Record<string, string>> = {}) {
    this.settings = settings;
    this.#apiKey = apiKey;
    this.#general = headers;
  }

  /** An answer in JSON, with the names of the wire; undefined when it has no body. */
  async json(call: Call): Promise<unknown> {
    return this.#repeat(call, async (exchange) => parsed(exchange, await this.#text(exchange)));
  }

  /** An answer that is an object. */
  async object(call: Call): Promise<Record<string, unknown>> {
    return this.#shaped(call, isObject, "an object");
  }

  /** An answer that is a list. */
  async list(call: Call): Promise<unknown[]> {
    return this.#shaped(call, Array.isArray, "a list");
  }

  /** An answer that is an object with a list in `field`. */
  async listIn(call: Call, field: string): Promise<unknown[]> {
    const fits = (value: unknown): value is Record<string, unknown[]> => isObject(value) && Array.isArray(value[field]);
    const answer = await this.#shaped(call, fits, `an object with the list "${field}"`);
    return answer[field] ?? [];
  }

  /** A call whose answer has nothing in it. */
  async nothing(call: Call): Promise<void> {
    await this.#repeat(call, async (exchange) => {
      const text = await this.#text(exchange);
      if (isPage(exchange.response)) throw strange(exchange.response, exchange.asked, text);
    });
  }

  /** A deletion. Undefined when a repetition found that the first attempt, whose answer was lost, had done it. */
  async remove(call: Call): Promise<unknown> {
    const gone = (error: unknown, attempt: number): boolean => attempt > 1 && error instanceof NotFoundError;
    const read = async (exchange: Exchange): Promise<unknown> => parsed(exchange, await this.#text(exchange));
    return this.#repeat(call, read, gone);
  }

  /** An answer whose body is read by the caller. `types` are the beginnings of media types that it can have. */
  async open(call: Call, types?: readonly string[]): Promise<Exchange> {
    return this.#repeat(call, async (exchange) => {
      const { response, clock, asked } = exchange;
      if (response.status !== 304 && !isFile(exchange, types)) {
        clock.close();
        throw strange(response, asked, "");
      }
      clock.stop();
      return exchange;
    });
  }

  async #shaped<T>(call: Call, fits: (value: unknown) => value is T, expected: string): Promise<T> {
    return this.#repeat(call, async (exchange) => {
      const value = parsed(exchange, await this.#text(exchange));
      if (!fits(value)) throw contractError(exchange.asked, expected, value, exchange.response);
      return value;
    });
  }

  async #text({ response, clock, asked }: Exchange): Promise<string> {
    try {
      return await response.text();
    } catch (cause) {
      throw brokenOff(cause, clock, asked);
    } finally {
      clock.done();
    }
  }

  async #repeat<T>(
    call: Call,
    read: (exchange: Exchange) => Promise<T>,
    isDone?: (error: unknown, attempt: number) => boolean,
  ): Promise<T> {
    const { maxRetryDelay } = this.settings;
    const retries = call.options?.maxRetries ?? this.settings.maxRetries;
    const streamed = isStreamed(call.body);
    for (let attempt = 1; ; attempt++) {
      try {
        return await read(await this.#send(call, streamed));
      } catch (error) {
        if (isDone?.(error, attempt)) return undefined as T;
        if (attempt > retries || !isWorthRepeating({ ...call, streamed }, error)) throw error;
        const asked = error instanceof NenDesktopError ? error.retryAfter : undefined;
        const milliseconds = pauseBefore(attempt, asked, maxRetryDelay);
        if (milliseconds === undefined) throw error;
        await pause(milliseconds, call.options?.signal);
      }
    }
  }

  async #send(call: Call, streamed: boolean): Promise<Exchange> {
    const { settings } = this;
    const apiKey = this.#apiKey;
    const isKeyless = call.open === true || (apiKey === undefined && settings.credentials !== undefined);
    const asked: Asked = { method: call.method, ...placeOf(call, settings), apiKey, isKeyless };
    const clock = new Clock(called(asked), call.options?.signal);
    const patience = call.options?.timeout ?? call.patience ?? (call.long ? settings.longTimeout : settings.timeout);
    const body = call.body === undefined ? undefined : sendable(call.body, () => clock.start(patience));
    const init: RequestInit & { duplex?: "half"; dispatcher?: unknown } = {
      method: call.method,
      headers: this.#headers(call),
      // The API redirects nobody but to its object store: whatever else does is not the server that the request is for.
      redirect: "manual",
      signal: clock.signal,
    };
    const content = body?.body ?? call.json;
    if (content !== undefined) init.body = content as NonNullable<RequestInit["body"]>;
    if (streamed) init.duplex = "half";
    if (call.link !== undefined) init.credentials = "omit";
    else if (settings.credentials) init.credentials = settings.credentials;
    clock.start(patience);
    let response: Response;
    try {
      const url = call.link ?? settings.baseUrl + call.path + queryText(call.query);
      response = await this.#fetch(url, init);
      if (call.mayLead) {
        response = await followed(response, url, init, asked, (link, there) => this.#fetch(link, there));
      }
    } catch (cause) {
      const broken = brokenOff(cause, clock, asked);
      throw body?.trouble.reason ?? broken;
    }
    if (response.ok || response.status === 304) return { response, clock, asked };
    const failure = await failureOf(response, asked);
    clock.done();
    throw failure;
  }

  #fetch(url: string, init: RequestInit & { dispatcher?: unknown }): Promise<Response> {
    if (this.settings.fetch) return this.settings.fetch(url, init);
    const dispatcher = patientDispatcher();
    return globalThis.fetch(url, dispatcher === undefined ? init : ({ ...init, dispatcher } as RequestInit));
  }

  #headers(call: Call): Record<string, string> {
    // What belongs to the server, the program's own headers included, is nothing for others.
    const headers: Record<string, string> = call.link === undefined ? { ...this.#general } : {};
    const isKeyed = this.#apiKey !== undefined && !call.open && call.link === undefined;
    if (isKeyed) headers["authorization"] = `Bearer ${this.#apiKey}`;
    if (call.json !== undefined) headers["content-type"] = "application/json";
    if (call.idempotencyKey !== undefined) headers["idempotency-key"] = call.idempotencyKey;
    for (const [name, value] of Object.entries(call.headers ?? {})) if (value !== undefined) headers[name] = value;
    return headers;
  }
}

/** Why a request has no complete answer: what its caller or its clock said, or what the connection did. */
export function brokenOff(cause: unknown, clock: Clock, asked: Asked): unknown {
  const { reason } = clock;
  clock.done();
  return reason ?? (cause instanceof NenDesktopError ? cause : connectionFailure(cause, asked));
}

function placeOf({ link, path }: Call, { baseUrl }: Settings): { baseUrl: string; path: string } {
  if (link === undefined) return { baseUrl, path };
  const { origin, pathname } = new URL(link);
  return { baseUrl: origin, path: pathname };
}

function parsed({ response, asked }: Exchange, text: string): unknown {
  if (text === "" && response.status === 204) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw strange(response, asked, text);
  }
}

function isFile({ response, asked }: Exchange, types?: readonly string[]): boolean {
  // A store knows a file's bytes, and calls them what it likes.
  if (asked.store !== undefined) return !isPage(response);
  const type = response.headers.get("content-type") ?? "";
  return types ? types.some((one) => type.startsWith(one)) : !isPage(response) || response.headers.has("etag");
}

function isPage(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/html") ?? false;
}
