/** What the address of the page says. */
export interface PageUrl {
  desktopId: string;
  /** Empty when the link has none: then the cookie of a browser that is signed in lets the page in. */
  token: string;
  /** `?embed=1`: no bar, for a page that brings its own. */
  embed: boolean;
  /** `?watch=1`: nothing is sent, whatever would be allowed. */
  watch: boolean;
  /** `?events=0`: no stream of events; the page around this one says when something has changed. */
  events: boolean;
}

/**
 * Reads `/view/<desktop_id>?embed=1#token=<token>`. The token stays in the fragment: browsers never send a fragment
 * to a server or in a Referer, and leaving it there keeps reload working for as long as the token is valid.
 */
export function readPageUrl(location: Location): PageUrl {
  const segments = location.pathname.split("/").filter(Boolean);
  const query = new URLSearchParams(location.search);
  return {
    desktopId: decodeURIComponent(segments.at(-1) ?? ""),
    token: new URLSearchParams(location.hash.slice(1)).get("token") ?? "",
    embed: query.get("embed") === "1",
    watch: query.get("watch") === "1",
    events: query.get("events") !== "0",
  };
}
