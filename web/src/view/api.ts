/** Answer of `GET /desktops/{id}/view/state`. */
export interface Session {
  desktop_id: string;
  name: string;
  status: "creating" | "running" | "paused" | "error" | "deleted";
  role: "view" | "interactive";
  /** A person holds the desktop; the agent's actions are refused meanwhile. */
  takeover: boolean;
  display: { width: number; height: number };
}

/**
 * `rejected`: the token is wrong, expired or of another desktop. `unknown`: there is no token, and nobody is signed in.
 * `forbidden`: who is signed in may not see desktops. `gone`: no such session or desktop any more.
 */
export type Answer =
  | { kind: "ok"; session: Session }
  | { kind: "rejected" | "unknown" | "forbidden" | "gone" | "unreachable" };

/** The few calls a viewer makes, each carrying the viewer's token if there is one, and never an API key. */
export class ViewApi {
  constructor(
    private readonly desktopId: string,
    /** Empty where the cookie of a browser that is signed in does instead. */
    readonly token: string,
  ) {}

  url(part: "" | "/state" | "/events" | "/takeover"): string {
    const query = this.token && `?token=${encodeURIComponent(this.token)}`;
    return `/desktops/${encodeURIComponent(this.desktopId)}/view${part}${query}`;
  }

  socketUrl(): string {
    const url = new URL(this.url(""), location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  async state(): Promise<Answer> {
    try {
      const reply = await fetch(this.url("/state"), { cache: "no-store", signal: AbortSignal.timeout(10_000) });
      if (reply.ok) return { kind: "ok", session: (await reply.json()) as Session };
      if (reply.status === 401) return { kind: this.token ? "rejected" : "unknown" };
      if (reply.status === 403) return { kind: this.token ? "rejected" : "forbidden" };
      if (reply.status === 404) return { kind: "gone" };
    } catch {
      // No network, no server, or no JSON: all of them may pass.
    }
    return { kind: "unreachable" };
  }

  /** Takes (`true`) or hands back (`false`) control. Throws with the server's own sentence when refused. */
  async setTakeover(taken: boolean): Promise<void> {
    const reply = await fetch(this.url("/takeover"), { method: taken ? "POST" : "DELETE", signal: AbortSignal.timeout(10_000) });
    if (reply.ok) return;
    const body = (await reply.json().catch(() => ({}))) as { error?: string };
    throw new Error(body.error ?? `the server answered ${reply.status}`);
  }
}
