import { Nen } from "nen-client";
import { signal } from "@preact/signals";

/** Counts the answers that said that nobody is signed in any more; `identity.ts` listens. */
export const refused = signal(0);

/** `fetch` that notices when the sign-in has ended. Signing in itself is the one call that may be refused without that. */
export const watchedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { credentials: "same-origin", ...init });
  const isSignIn = init?.method === "POST" && String(input).endsWith("/auth");
  if (response.status === 401 && !isSignIn) refused.value += 1;
  return response;
};

/** The server that this page comes from. The cookie says who calls; no script ever sees a key. */
export const nen = new Nen({ baseUrl: "", apiKey: null, credentials: "same-origin", fetch: watchedFetch });
