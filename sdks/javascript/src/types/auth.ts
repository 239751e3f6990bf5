import type { FromWire } from "../wire.js";
import type { Scope } from "./admin.js";

/** What signs a browser in: an API key, or the code of a sign-in link, which works once. */
export type SignIn = { key: string; code?: never } | { code: string; key?: never };

/** Who calls. Of a browser that is signed in, the key by which it is. */
export interface Identity extends FromWire {
  /** `key_…`. */
  keyId: string;
  /** Name of the key. */
  name: string;
  workspaceId: string;
  scopes: Scope[];
  /** From when on it no longer works, Unix seconds; null for never. */
  expiresAt?: number | null;
}

/** A link that signs one browser in, once. */
export interface SignInLink extends FromWire {
  /** Absolute URL of the server's own page. Who opens it has the powers of the key that made it. */
  href: string;
  /** When it stops working, Unix seconds. */
  expiresAt: number;
}
