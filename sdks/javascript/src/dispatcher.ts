/**
 * `fetch` of Node.js gives up on an answer that does not begin within 300 s, whatever its caller's signal says, and the
 * agent may take 1800 s. Only what sends its requests can be told otherwise, and only by who knows that it is there:
 * undici, which keeps its own under a well-known symbol. Elsewhere there is none, and nothing to tell.
 */

const UNDICI = Symbol.for("undici.globalDispatcher.1");

let patient: unknown;
let madeFor: unknown;

/** What to give to `fetch` as `dispatcher` for an answer that may take long; undefined where there is no such thing. */
export function patientDispatcher(): unknown {
  // Node.js loads undici when something of it is looked at for the first time.
  void globalThis.Response;
  const present = (globalThis as Record<symbol, unknown>)[UNDICI];
  // One that the program has put there, such as a proxy's, is its own business.
  if (present?.constructor?.name !== "Agent") return undefined;
  if (madeFor === present) return patient;
  const Agent = present.constructor as new (options: object) => unknown;
  madeFor = present;
  patient = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  return patient;
}
