import {
  ConnectionError,
  errorOf,
  type FailureDetails,
  NenDesktopContractError,
  type NenDesktopError,
  UnsupportedByServerError,
} from "./errors.js";
import { retryAfterSeconds } from "./retry.js";
import { isObject } from "./wire.js";

/** What errors say about the request they belong to. */
export interface Asked {
  method: string;
  /** Without its query, which may hold a signature. */
  path: string;
  /** As it was given to the client; empty for the page's own server. */
  baseUrl: string;
  /** Whether something else than a key says who calls. */
  isKeyless: boolean;
  /** The key that was sent, so that an answer that repeats it can be shown without. */
  apiKey: string | undefined;
  /** The object store that the server has led to, as errors name it. */
  store?: string | undefined;
}

/** An answer of status 400 and up, or a redirect, as an error that says what was wrong and what would be right. */
export async function failureOf(response: Response, asked: Asked): Promise<NenDesktopError> {
  const body = withoutKey(await response.text().catch(() => ""), asked.apiKey);
  const details: FailureDetails = {
    requestId: requestId(response),
    retryAfter: retryAfterSeconds(response.headers.get("retry-after")),
  };
  const { status } = response;
  if (asked.store !== undefined) return refusal(response, asked, body);
  if (isRedirect(response)) {
    // Its query may hold a signature.
    const to = response.headers.get("location")?.replace(/[?#].*$/s, "");
    const message = `${called(asked)} was redirected${to ? ` to ${to}` : ""}, which Nen never does: check baseUrl (NEN_API_URL)`;
    return new NenDesktopContractError(message + inLog(details.requestId), body, status, details);
  }
  const said = sentenceOf(body);
  details.sentence = said?.message;
  // Whatever stands between here and the server may be busy, too, and has a page of its own for it.
  if (!said && status < 500 && status !== 429) return strange(response, asked, body);
  const sentence = said?.message ?? `${response.statusText || "no reason was given"}`;
  if (status === 405 || (status === 404 && said?.message.startsWith("no such path"))) {
    const message = `the server at ${place(asked)} has no ${called(asked)}: it is older than this client, or baseUrl (NEN_API_URL) is not its root`;
    return new UnsupportedByServerError(status, body, { ...details, message: message + inLog(details.requestId) });
  }
  const hint = status === 401 && said?.code !== "invalid_signature" ? keyHint(asked) : "";
  const message = `${called(asked)} answered ${status}: ${sentence}${hint}${inLog(details.requestId)}`;
  return errorOf(status, body, { ...details, code: said?.code, message });
}

/**
 * What an object store answers instead of a file. The answer's text is left out: it may repeat the link with its signature.
 */
function refusal(response: Response, asked: Asked, body: string): NenDesktopError {
  const { status, headers } = response;
  // Where the stores of all makers say in a word what was wrong.
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1];
  const message = `${called(asked)} answered ${status}: ${asked.store}, where the server has its files, refused it${code ? ` (${code})` : ""}; ask again for another link, and if that is refused, too, it is for who runs the server`;
  const details: FailureDetails = { message, retryAfter: retryAfterSeconds(headers.get("retry-after")) };
  return status < 400 ? new NenDesktopContractError(message, "", status, details) : errorOf(status, "", details);
}

/** An answer that cannot be Nen's. */
export function strange(response: Response, asked: Asked, body: string): NenDesktopError {
  if (asked.store !== undefined) return refusal(response, asked, body);
  const type = response.headers.get("content-type")?.split(";")[0] || "no content type";
  const id = requestId(response);
  const message = `${place(asked)} is no Nen server: ${asked.method} ${asked.path} answered ${response.status} with ${type} and not with what Nen sends; check baseUrl (NEN_API_URL)`;
  return new NenDesktopContractError(message + inLog(id), withoutKey(body, asked.apiKey), response.status, {
    requestId: id,
  });
}

/** An answer of Nen's whose shape is none of Nen's. */
export function contractError(
  asked: Asked,
  expected: string,
  payload: unknown,
  response: Response,
): NenDesktopContractError {
  const id = requestId(response);
  const message = `${called(asked)} should answer with ${expected} and did not: is ${place(asked)} a Nen server?${inLog(id)}`;
  return new NenDesktopContractError(message, payload, response.status, { requestId: id });
}

/** Why there was no answer, in one sentence. */
export function connectionFailure(cause: unknown, asked: Asked): ConnectionError {
  const code = codeOf(cause);
  const known = code === undefined ? undefined : NEVER_ARRIVED[code];
  if (asked.store !== undefined) {
    const why = known ?? (code && BROKEN[code]) ?? code ?? innermost(cause) ?? UNKNOWN_STORE;
    const message = `${asked.store}, where the server has its files, gave no complete answer to ${called(asked)} (${why})`;
    return new ConnectionError(message, !known, cause);
  }
  if (known) {
    const message = `cannot reach a Nen server at ${place(asked)} (${known}): start one with "nen serve", or check baseUrl (NEN_API_URL)`;
    return new ConnectionError(message, false, cause);
  }
  const why = (code && BROKEN[code]) ?? code ?? innermost(cause) ?? UNKNOWN;
  return new ConnectionError(`${place(asked)} gave no complete answer to ${called(asked)} (${why})`, true, cause);
}

// Of these it is certain that no request left this machine.
const NEVER_ARRIVED: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  EHOSTUNREACH: "no way to the host",
  ENETUNREACH: "no way to the network",
  UND_ERR_CONNECT_TIMEOUT: "it took too long to connect",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak https",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not from a known authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate cannot be verified",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

const BROKEN: Readonly<Record<string, string>> = {
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  UND_ERR_SOCKET: "the connection was closed",
};

// Browsers do not tell a page more.
const UNKNOWN = "it is not there, baseUrl is wrong, or it lets no pages of this site call it";
const UNKNOWN_STORE = "it cannot be reached from here, or lets no pages of this site call it";

/** `fetch` of Node.js keeps the code of what happened in causes of causes. */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string") return code;
  }
  return undefined;
}

/** What the last of the causes says, unless that is only that it failed. */
function innermost(error: unknown): string | undefined {
  let at = error;
  for (let depth = 0; at instanceof Error && at.cause instanceof Error && depth < 5; depth++) at = at.cause;
  if (!(at instanceof Error) || /^(fetch failed|failed to fetch|networkerror|load failed)/i.test(at.message))
    return undefined;
  return at.message.replace(/\s+/g, " ") || undefined;
}

/** `{"error"}` of desktops, or `{"error", "message"}` of workflows, runs and settings. */
function sentenceOf(body: string): { message: string; code?: string } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(parsed) || typeof parsed["error"] !== "string") return undefined;
  if (typeof parsed["message"] === "string") return { code: parsed["error"], message: parsed["message"] };
  return { message: parsed["error"] };
}

function keyHint({ apiKey, isKeyless }: Asked): string {
  if (isKeyless) return "";
  return apiKey === undefined ? "; pass apiKey or set NEN_API_KEY" : "; check apiKey (NEN_API_KEY)";
}

/** `GET /desktops`. */
export function called(asked: Asked): string {
  return `${asked.method} ${asked.path}`;
}

/** The server as errors name it. */
export function place({ baseUrl }: { baseUrl: string }): string {
  return /^https?:/.test(baseUrl) ? baseUrl : `this page's server${baseUrl && ` (below ${baseUrl})`}`;
}

function requestId(response: Response): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}

function inLog(id: string | undefined): string {
  return id === undefined ? "" : ` (request id ${id})`;
}

/** Whether the server, or something before it, wants the client to go elsewhere. */
export function isRedirect(response: Response): boolean {
  return response.type === "opaqueredirect" || [301, 302, 303, 307, 308].includes(response.status);
}

function withoutKey(text: string, key: string | undefined): string {
  return key === undefined ? text : text.replaceAll(key, "[API key]");
}
