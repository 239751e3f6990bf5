import { AuthenticationError } from "../errors.js";
import type { RequestOptions } from "../options.js";
import type { Transport } from "../transport.js";
import type { Identity, SignIn, SignInLink } from "../types/auth.js";
import { fromWire } from "../wire.js";

/**
 * Who calls. In a page of the server itself, `signIn` has the server set a cookie, which no script can read and which
 * every later call brings along; programs have a key and need none.
 */
export class Auth {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Signs this browser in; an `AuthenticationError` when the key or the code is wrong, used up or too old. */
  async signIn({ key, code }: SignIn, options?: RequestOptions): Promise<Identity> {
    const json = JSON.stringify(key === undefined ? { code } : { key });
    return fromWire(await this.#transport.object({ method: "POST", path: "/auth", json, open: true, options }));
  }

  /** Whose cookie or key it is that calls; an `AuthenticationError` when nobody is signed in. */
  async identity(options?: RequestOptions): Promise<Identity> {
    return fromWire(await this.#transport.object({ method: "GET", path: "/auth", options }));
  }

  /** Signs this browser out, also at the server: a copy of the cookie is worth nothing any more. */
  async signOut(options?: RequestOptions): Promise<void> {
    try {
      await this.#transport.nothing({ method: "DELETE", path: "/auth", options });
    } catch (error) {
      // Signed out already: by itself, or by a first attempt whose answer was lost.
      if (!(error instanceof AuthenticationError)) throw error;
    }
  }

  /** A link that signs one browser in, once, with the powers of the caller's key. */
  async link(options?: RequestOptions): Promise<SignInLink> {
    return fromWire(await this.#transport.object({ method: "POST", path: "/auth/links", options }));
  }
}
