import { AuthenticationError, Nen, type RunAccepted, type StartRun } from "nen-client";
import { nen, refused } from "../../server/client";

/** A wrong signature is answered as a wrong key is, and must not end the sign-in: so this client does not watch for that. */
const signing = new Nen({ baseUrl: "", apiKey: null, credentials: "same-origin" });

/** Starts a run. With a secret to sign with, the browser signs the request; the secret itself stays here. */
export async function startRun(run: StartRun, signingSecret: string | null): Promise<RunAccepted> {
  if (signingSecret === null) return nen.runs.start(run);
  try {
    return await signing.runs.start(run, { signingSecret });
  } catch (error) {
    if (error instanceof AuthenticationError && error.code !== "invalid_signature") refused.value += 1;
    throw error;
  }
}
