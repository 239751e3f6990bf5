/** What the address of the page says. */
export interface PageUrl {
  desktopId: string;
  /** Empty when the link has none. */
  token: string;
  /** `?embed=1`: no bar, for a page that brings its own. */
  embed: boolean;
}

/**
 * Reads `/view/<desktop_id>?embed=1#token=<token>`. The token stays in the fragment: browsers never send a fragment
 * to a server or in a Referer, and leaving it there keeps reload working for as long as the token is valid.
 */
export function readPageUrl(location: Location): PageUrl {
  const segments = location.pathname.split("/").filter(Boolean);
  return {
    desktopId: decodeURIComponent(segments.at(-1) ?? ""),
    token: new URLSearchParams(location.hash.slice(1)).get("token") ?? "",
    embed: new URLSearchParams(location.search).get("embed") === "1",
  };
}
