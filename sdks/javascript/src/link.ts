import type { Asked } from "./failure.js";

/** The server's to its store, and one of the store's own, with which some answer for a bucket that is elsewhere. */
const MOST_LINKS = 2;

/** Which part is wanted, and what is known of the file. All other headers are between the server and its client. */
const TAKEN_ALONG = ["range", "if-range", "if-none-match"];

type Send = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Follows the links to an object store with which a server may answer for files that it has there. A store gets nothing by
 * which the server knows who calls: no key, no cookies, no headers of the program's. `asked` says then who is asked.
 */
export async function followed(
  first: Response,
  url: string,
  { headers, signal }: Pick<RequestInit, "headers" | "signal">,
  asked: Asked,
  send: Send,
): Promise<Response> {
  const given = new Headers(headers);
  const taken = TAKEN_ALONG.flatMap((name) => (given.has(name) ? [[name, given.get(name) ?? ""] as const] : []));
  const init: RequestInit = { headers: Object.fromEntries(taken), redirect: "manual", credentials: "omit" };
  if (signal) init.signal = signal;
  if (first.type === "opaqueredirect") return followedByBrowser(url, init, asked, send);
  let response = first;
  for (let left = MOST_LINKS; left > 0; left--) {
    const link = linkOf(response);
    if (!link) break;
    await response.body?.cancel();
    asked.store = `the object store at ${link.origin}`;
    response = await send(link.href, init);
  }
  return response;
}

/**
 * A browser shows no page where an answer leads, it only goes there; so it is asked once more, and to go there. It does so
 * as often as it likes, but from the first step on without anything that must not get there.
 */
async function followedByBrowser(url: string, init: RequestInit, asked: Asked, send: Send): Promise<Response> {
  asked.store = "the object store that the server leads to";
  const response = await send(url, { ...init, redirect: "follow" });
  asked.store = response.redirected ? `the object store at ${new URL(response.url).origin}` : undefined;
  return response;
}

/** The link that an answer is; undefined when it is something else, or may not be one. */
function linkOf(response: Response): URL | undefined {
  const place = response.headers.get("location");
  if (response.status !== 307 || place === null || !URL.canParse(place)) return undefined;
  const link = new URL(place);
  return /^https?:$/.test(link.protocol) && !link.username && !link.password ? link : undefined;
}
