/** How a client reaches its server. */
export interface NenOptions {
  /**
   * `sk_nen_…`; the environment variable `NEN_API_KEY` when left out. Not needed when `fetch`, `credentials` or a header
   * of your own says who calls, as in a page of the server itself; `null` for none at all.
   */
  apiKey?: string | null | undefined;
  /**
   * Root of the server; the environment variable `NEN_API_URL` when left out, else `http://127.0.0.1:8700`. In a browser
   * also a path on the page's own server: `""`, `/nen`.
   */
  baseUrl?: string | undefined;
  /** Milliseconds for most calls; 30 000 when left out. */
  timeout?: number | undefined;
  /** Milliseconds for `execute`, `calls`, uploads and downloads; 120 000 when left out. */
  longTimeout?: number | undefined;
  /** Milliseconds without a byte after which a stream counts as broken; 60 000 when left out. */
  silenceTimeout?: number | undefined;
  /** How often a failed call that can be repeated is sent again; 2 when left out. */
  maxRetries?: number | undefined;
  /** Longest pause before a repetition, in milliseconds; 30 000 when left out. A longer `Retry-After` is not waited for. */
  maxRetryDelay?: number | undefined;
  /**
   * What sends requests, instead of the global `fetch`; also those to an object store that the server leads to, which are
   * not to have anything that says who calls.
   */
  fetch?: typeof globalThis.fetch | undefined;
  /** Whether a browser sends its cookies along, as in `fetch`. */
  credentials?: "omit" | "same-origin" | "include" | undefined;
  /** Headers of every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** `nensig_…`, signs runs with secrets; the environment variable `NEN_SIGNING_SECRET` when left out. */
  signingSecret?: string | undefined;
}

/** What one call can ask for beside its own parameters. */
export interface RequestOptions {
  /** Ends the call. What the server has begun by then it may finish. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for this call. */
  timeout?: number | undefined;
  /** How often this call is sent again when it fails and can be repeated. */
  maxRetries?: number | undefined;
}

/** A call that makes something. */
export interface CreationOptions extends RequestOptions {
  /**
   * Under which the server does it only once within 24 h; made up for each call when left out, so that the call can be
   * repeated. `null` sends none: then a desktop is deleted again when the caller leaves before the answer.
   */
  idempotencyKey?: string | null | undefined;
}

/** {@link NenOptions} with everything filled in, but for what may be secret. */
export interface Settings {
  readonly baseUrl: string;
  readonly timeout: number;
  readonly longTimeout: number;
  readonly silenceTimeout: number;
  readonly maxRetries: number;
  readonly maxRetryDelay: number;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly credentials: "omit" | "same-origin" | "include" | undefined;
}

const DEFAULT_URL = "http://127.0.0.1:8700";

/** The environment variable `name`, where there are any. */
export function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name] || undefined;
}

/** Checks what can be checked before anything is sent. */
export function settingsOf(options: NenOptions): Settings {
  checkHeaders(options.headers);
  return {
    baseUrl: baseUrlOf(options),
    timeout: positive("timeout", options.timeout ?? 30_000),
    longTimeout: positive("longTimeout", options.longTimeout ?? 120_000),
    silenceTimeout: positive("silenceTimeout", options.silenceTimeout ?? 60_000),
    maxRetries: natural("maxRetries", options.maxRetries ?? 2),
    maxRetryDelay: natural("maxRetryDelay", options.maxRetryDelay ?? 30_000),
    fetch: options.fetch,
    credentials: options.credentials,
  };
}

/** The key to send, if any. Errors do not show it. */
export function apiKeyOf(options: NenOptions): string | undefined {
  const key = options.apiKey === undefined ? environment("NEN_API_KEY") : (options.apiKey ?? undefined);
  if (key === undefined) {
    const named = Object.keys(options.headers ?? {}).some((name) => /^(authorization|x-api-key)$/i.test(name));
    const elsewhere = options.apiKey === null || options.fetch || options.credentials || named;
    if (elsewhere) return undefined;
    throw new TypeError("there is no API key: pass apiKey or set NEN_API_KEY");
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError(
      "the API key is empty or holds characters that no key has: it is sk_nen_ and letters and digits",
    );
  }
  return key;
}

function baseUrlOf(options: NenOptions): string {
  const given = options.baseUrl ?? environment("NEN_API_URL") ?? DEFAULT_URL;
  const url = given.trim().replace(/\/+$/, "");
  if (url === "" || url.startsWith("/")) {
    if (options.fetch === undefined && !("location" in globalThis)) {
      throw new TypeError(
        `baseUrl "${withoutUser(given)}" is a path, which only a browser can complete: give http://host:port`,
      );
    }
    return url;
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError(
      `baseUrl must begin with http:// or https://, as in ${DEFAULT_URL}, not "${withoutUser(given)}"`,
    );
  }
  if (parsed.username || parsed.password) throw new TypeError("baseUrl must not hold a user or password: pass apiKey");
  if (parsed.search || parsed.hash) throw new TypeError("baseUrl must end with a host or path, without ? and #");
  return url;
}

/** What `fetch` would say of them shows their values. */
function checkHeaders(headers: NenOptions["headers"] = {}): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a header`);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw new TypeError(`the header ${name} has a value that none can have`);
  }
}

function withoutUser(url: string): string {
  return url.replace(/\/\/[^/]*@/, "//…@");
}

function positive(name: string, value: number): number {
  if (!(value > 0)) throw new TypeError(`${name} must be more than 0 milliseconds, not ${value}`);
  return value;
}

function natural(name: string, value: number): number {
  if (!(value >= 0)) throw new TypeError(`${name} must be 0 or more, not ${value}`);
  return value;
}
