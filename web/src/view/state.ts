import type { Session } from "./api";

/** Why the view is over and will not come back by itself. */
export type EndReason = "session_ended" | "token_rejected" | "token_missing" | "forbidden";

export type Phase =
  | { kind: "connecting" }
  | { kind: "connected" }
  /** Lost; tried again at `retryAt` (milliseconds since the epoch). */
  | { kind: "waiting"; retryAt: number }
  | { kind: "ended"; reason: EndReason };

/** Who moves the pointer: `shared` is an interactive viewer beside the agent, `you` took control in this page. */
export type Control = "agent" | "shared" | "person" | "you";

export interface State {
  phase: Phase;
  session: Session | null;
  /** Control was taken by a click in this page, not by somebody else. */
  mine: boolean;
  /** Nothing is sent, whatever would be allowed. */
  watching: boolean;
  scale: "fit" | "actual";
}

/** Whether this page may point, type and take control. */
export function mayAct({ session, watching }: State): boolean {
  return session?.role === "interactive" && !watching;
}

export function control(state: State): Control | null {
  if (!state.session) return null;
  if (state.session.takeover) return state.mine ? "you" : "person";
  return mayAct(state) ? "shared" : "agent";
}

/** The one place that holds what the page knows; everything on screen is drawn from it. */
export class Store {
  #state: State;
  #listeners = new Set<(state: State, before: State) => void>();

  constructor(watching: boolean) {
    this.#state = { phase: { kind: "connecting" }, session: null, mine: false, watching, scale: "fit" };
  }

  get state(): State {
    return this.#state;
  }

  set(change: Partial<State>): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    if (this.#state.session && !this.#state.session.takeover) this.#state.mine = false;
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  /** Calls `listener` now and after every change. */
  subscribe(listener: (state: State, before: State) => void): void {
    this.#listeners.add(listener);
    listener(this.#state, this.#state);
  }
}
