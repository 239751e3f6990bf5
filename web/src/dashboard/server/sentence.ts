import { ConnectionError, NenDesktopError, TimeoutError } from "nen-client";

/** What went wrong, as one sentence with a capital letter and a full stop. The server's own words where it has some. */
export function sentence(error: unknown): string {
  if (error instanceof TimeoutError) return "The server took too long to answer. It may still be doing what you asked for.";
  if (error instanceof ConnectionError) return "The server cannot be reached. Check that it runs and that you are online.";
  return asSentence(error instanceof NenDesktopError ? spoken(error) : error instanceof Error ? error.message : String(error));
}

function spoken(error: NenDesktopError): string {
  try {
    const body = JSON.parse(error.responseBody) as { error?: unknown; message?: unknown };
    if (typeof body.message === "string") return body.message;
    if (typeof body.error === "string") return body.error;
  } catch {
    // no JSON: the client's own words
  }
  return error.message;
}

/** With a capital letter and a full stop. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
