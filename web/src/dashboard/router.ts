import { type ReadonlySignal, computed, signal } from "@preact/signals";

/** What the address says after `#`: `/desktops/dsk_1?tab=files`. Paths without `#` belong to the API. */
export interface Place {
  path: string;
  query: URLSearchParams;
}

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const place: ReadonlySignal<Place> = computed(() => {
  const [path = "", query = ""] = hash.value.slice(1).split("?");
  return { path: path.startsWith("/") ? path : "/", query: new URLSearchParams(query) };
});

/** The address of a path, for `href`. Parts that are not the page's own words belong into {@link part}. */
export function href(path: string, query: Record<string, string | number | null | undefined> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `#${path}${text && `?${text}`}`;
}

/** One part of a path. */
export function part(text: string): string {
  return encodeURIComponent(text);
}

/** Goes to another page. */
export function go(path: string, query?: Parameters<typeof href>[1]): void {
  location.hash = href(path, query);
}

/** Puts another address in place of this one: the way back leads past it. */
export function replace(path: string, query?: Parameters<typeof href>[1]): void {
  history.replaceState(history.state, "", href(path, query));
  hash.value = location.hash;
}

/** Changes what the address says after `?`, in place, so that reload and links keep it. Null takes a name away. */
export function setQuery(change: Record<string, string | number | null | undefined>): void {
  const { path, query } = place.peek();
  replace(path, { ...Object.fromEntries(query), ...change });
}

/** The parameters of `pattern` (`/desktops/:id`) in `path`, or null where it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, name] of wanted.entries()) {
    const value = given[index] ?? "";
    if (name.startsWith(":")) found[name.slice(1)] = decoded(value);
    else if (name !== value) return null;
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand
  }
}
