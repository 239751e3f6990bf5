/**
 * Names on the wire are in `snake_case`, here in `camelCase`. Only names that this client knows to hold objects of Nen's
 * are looked into: what stands in `metadata`, in a workflow's parameters, in a JSON Schema or in a field of a newer
 * server belongs to somebody else and stays as it is.
 */

/** An object that a server sent. */
export interface FromWire {
  /**
   * The object exactly as it was sent, with the names of the wire. Fields of a newer server are here, whatever this
   * client makes of them. Not enumerable: neither copies nor JSON of the object hold it.
   */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A string that is one of `Known`, or one that only a newer server knows. */
export type Open<Known extends string> = Known | (string & Record<never, never>);

const ANSWERED = new Set([
  "aliases",
  "attempts",
  "budget",
  "days",
  "desktops",
  "display",
  "files",
  "images",
  "limits",
  "model_calls",
  "providers",
  "results",
  "runs",
  "session",
  "signing_secret",
  "steps",
  "versions",
  "webhook_secret",
  "webhooks",
  "workflows",
]);

const ASKED = new Set(["desktop", "display", "files", "image", "settle"]);

/** Whether `value` is an object with fields. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `desktop_id` as `desktopId`. */
export function camelCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `desktopId` as `desktop_id`; a name of the wire stays what it is. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What a server sent, with names in `camelCase`; each object keeps what it was as `raw`. */
export function fromWire<T>(value: unknown): T {
  if (Array.isArray(value)) return value.map((one) => fromWire(one)) as T;
  if (!isObject(value)) return value as T;
  const entries = Object.entries(value).map(([name, field]) => [
    camelCase(name),
    ANSWERED.has(name) ? fromWire(field) : field,
  ]);
  return withRaw(Object.fromEntries(entries), value) as T;
}

/** `object` with what it was on the wire. */
export function withRaw<T extends object>(object: T, raw: Readonly<Record<string, unknown>>): T & FromWire {
  return Object.defineProperty(object, "raw", { value: raw, enumerable: false }) as T & FromWire;
}

/** An object as a server takes it; what is undefined is left out. */
export function toWire(value: object): Record<string, unknown> {
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => [snakeCase(name), ASKED.has(name) ? nested(field) : field]);
  return Object.fromEntries(entries);
}

function nested(field: unknown): unknown {
  if (Array.isArray(field)) return field.map(nested);
  return isObject(field) ? toWire(field) : field;
}
