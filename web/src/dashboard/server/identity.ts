import { effect, signal } from "@preact/signals";
import { AuthenticationError, type Identity } from "nen-client";
import { nen, refused } from "./client";

/** Who is signed in: undefined while that is not known yet, null for nobody. */
export const identity = signal<Identity | null | undefined>(undefined);

/** Why nobody is signed in any more; empty when nobody was. */
export const signedOutBecause = signal("");

/** Why it could not be asked who is signed in. */
export const unreachable = signal<unknown>(undefined);

effect(() => {
  if (refused.value === 0 || !identity.peek()) return;
  identity.value = null;
  signedOutBecause.value = "Your sign-in has ended. Sign in again to go on where you were.";
});

/** Asks the server who is signed in. */
export async function recognise(): Promise<void> {
  unreachable.value = undefined;
  try {
    identity.value = await nen.auth.identity();
  } catch (error) {
    if (error instanceof AuthenticationError) identity.value = null;
    else unreachable.value = error;
  }
}

/** Signs in with a key or with the code of a link. Throws with the server's sentence. */
export async function signIn(by: { key: string } | { code: string }): Promise<void> {
  identity.value = await nen.auth.signIn(by);
  signedOutBecause.value = "";
}

/** Signs out, here and on the server. */
export async function signOut(): Promise<void> {
  await nen.auth.signOut();
  identity.value = null;
  signedOutBecause.value = "You are signed out.";
}
