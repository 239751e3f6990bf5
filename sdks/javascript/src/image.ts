import { fromBase64 } from "./base64.js";

/** The picture in the answer to an action or a batch; undefined when it holds none. */
export function imageOf(result: {
  base64Image: string;
  mediaType?: string | null;
}): { bytes: Uint8Array; mediaType: string } | undefined {
  const bytes = result.base64Image ? fromBase64(result.base64Image) : undefined;
  return bytes && { bytes, mediaType: result.mediaType ?? "image/png" };
}
