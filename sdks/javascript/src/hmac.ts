/** Keyed hashes by the platform's own cryptography, which browsers have on https pages and on localhost only. */

/** A key for HMAC-SHA256. */
export type HmacKey = Awaited<ReturnType<typeof hmacKey>>;

const ALGORITHM = { name: "HMAC", hash: "SHA-256" };

/** `secret` as a key: text as it is, or bytes. */
export async function hmacKey(secret: string | Uint8Array<ArrayBuffer>) {
  const bytes = typeof secret === "string" ? utf8(secret) : secret;
  return subtle().importKey("raw", bytes, ALGORITHM, false, ["sign", "verify"]);
}

/** HMAC-SHA256 in lower-case hexadecimal digits. */
export async function hmacHex(key: HmacKey, message: Uint8Array<ArrayBuffer>): Promise<string> {
  const mac = new Uint8Array(await subtle().sign("HMAC", key, message));
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether `mac` is that of `message`; takes as long wherever the two differ. */
export function hmacFits(
  key: HmacKey,
  mac: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return subtle().verify("HMAC", key, mac, message);
}

/** `text` as UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function subtle() {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle)
    throw new TypeError("this page cannot sign or verify: browsers do so on https pages and on localhost only");
  return subtle;
}
