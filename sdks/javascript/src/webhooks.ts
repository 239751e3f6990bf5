import { fromBase64 } from "./base64.js";
import { hmacFits, hmacKey, utf8 } from "./hmac.js";
import type { WebhookPayload } from "./types/run.js";
import { fromWire, isObject } from "./wire.js";

/** A webhook that is not to be believed, and why. */
export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
}

/** Headers of a request: those of `fetch`, or an object with names in any case, as in `node:http`. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** How strictly a webhook is checked. */
export interface VerifyOptions {
  /**
   * Which signature must be there and right. `standard` is `webhook-signature`, which also covers the time; `hmac` is
   * `X-Hmac-Signature`, the only one of Nen's hosted service, by which an old webhook can be sent again by who has seen
   * it. `either` when left out: `standard` where the webhook has it, else `hmac`.
   */
  scheme?: "either" | "standard" | "hmac";
  /** Seconds that `webhook-timestamp` may be off; 300 when left out. */
  tolerance?: number;
  /** Unix seconds to compare with; now when left out. */
  now?: number;
}

/**
 * The payload of a webhook whose signature is right. `body` must be the raw bytes (or their text) as they came, never
 * JSON that was parsed and written again. `secret` is the workspace's webhook secret, `whsec_…`; give the old and the
 * new one while it is being changed. Throws a {@link WebhookVerificationError} for anything that is not to be believed.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  options: VerifyOptions = {},
): Promise<WebhookPayload> {
  const { scheme = "either", tolerance = 300, now = Date.now() / 1000 } = options;
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (secrets.length === 0 || secrets.includes("")) throw new TypeError("the webhook secret is empty");
  const bytes = typeof body === "string" ? utf8(body) : new Uint8Array(body);
  const standard = scheme === "standard" || (scheme === "either" && header(headers, "webhook-signature") !== undefined);
  if (standard) await checkStandard(bytes, headers, secrets, tolerance, now);
  else await checkHmac(bytes, headers, secrets);
  return payloadOf(bytes);
}

/** Signed is `id.timestamp.body`, with what stands behind `whsec_`. */
async function checkStandard(
  body: Uint8Array,
  headers: WebhookHeaders,
  secrets: readonly string[],
  tolerance: number,
  now: number,
): Promise<void> {
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature");
  if (!id || !timestamp || !signatures) {
    throw new WebhookVerificationError("the headers webhook-id, webhook-timestamp and webhook-signature must be there");
  }
  if (!/^\d+$/.test(timestamp)) throw new WebhookVerificationError("webhook-timestamp must be Unix seconds");
  // Written so that a time that is no number is too far off, too.
  if (!(Math.abs(now - Number(timestamp)) <= tolerance)) {
    throw new WebhookVerificationError(
      `webhook-timestamp is more than ${tolerance} s off: it is old, or this clock is wrong`,
    );
  }
  const start = utf8(`${id}.${timestamp}.`);
  const message = new Uint8Array(start.length + body.length);
  message.set(start);
  message.set(body, start.length);
  const macs = signatures
    .split(/\s+/)
    .filter((one) => one.startsWith("v1,"))
    .map((one) => fromBase64(one.slice(3)));
  for (const secret of secrets) {
    const bytes = fromBase64(secret.replace(/^whsec_/, ""));
    if (!bytes?.length) throw new TypeError("the webhook secret must be whsec_ and base64");
    const key = await hmacKey(bytes);
    for (const mac of macs) if (mac && (await hmacFits(key, mac, message))) return;
  }
  throw new WebhookVerificationError(
    "webhook-signature does not fit the body: it was changed, or the secret is another",
  );
}

/** Signed is the body, with the secret as text. */
async function checkHmac(
  body: Uint8Array<ArrayBuffer>,
  headers: WebhookHeaders,
  secrets: readonly string[],
): Promise<void> {
  const signature = header(headers, "x-hmac-signature");
  if (!signature) throw new WebhookVerificationError("the header X-Hmac-Signature must be there");
  const hex = /^sha256=((?:[0-9a-f]{2})+)$/.exec(signature)?.[1];
  if (!hex) throw new WebhookVerificationError("X-Hmac-Signature must be sha256= and hexadecimal digits");
  const mac = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  for (const secret of secrets) if (await hmacFits(await hmacKey(secret), mac, body)) return;
  throw new WebhookVerificationError(
    "X-Hmac-Signature does not fit the body: it was changed, or the secret is another",
  );
}

function payloadOf(body: Uint8Array): WebhookPayload {
  let payload: unknown;
  try {
    payload = JSON.parse(new TextDecoder().decode(body));
  } catch {
    // Said below.
  }
  if (!isObject(payload)) throw new WebhookVerificationError("the body is signed, but no JSON object");
  return fromWire(payload);
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  if (typeof headers["get"] === "function") return headers["get"](name) ?? undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : Array.isArray(found) ? found[0] : undefined;
}
