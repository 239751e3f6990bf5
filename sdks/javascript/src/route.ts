/** What stands behind the `?`; what is undefined or null is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined | null>>;

/**
 * The path of a route with its values, each percent-encoded as one segment: ``route`/desktops/${id}/files/${name}` ``.
 * A value that URLs would take for "here" or "one up" is refused, since it would lead to another route.
 */
export function route(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((path, part, at) => path + segment(values[at - 1], path) + part);
}

function segment(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "") {
    throw new TypeError(`an id or a name is missing behind ${path}: it must be a text that is not empty`);
  }
  if (value === "." || value === "..") throw new TypeError(`"${value}" is no id or name: ${path} needs one`);
  return encoded(value);
}

/** `?path=Documents%2F2026`, or nothing. */
export function queryText(query: Query = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new TypeError(`${JSON.stringify(text)} is no valid Unicode text: it holds half a surrogate pair`);
  }
}
