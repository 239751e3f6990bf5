import { hmacHex, hmacKey, utf8 } from "./hmac.js";

/**
 * The header `X-Hmac-Signature` of a request that starts a run: `sha256=` and the hexadecimal HMAC-SHA256 of the raw
 * body. The key is the signing secret as text, `nensig_` and all.
 */
export async function requestSignature(signingSecret: string, body: string): Promise<string> {
  return `sha256=${await hmacHex(await hmacKey(signingSecret), utf8(body))}`;
}
