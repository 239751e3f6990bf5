import type { Session, ViewApi } from "./api";
import { readEvents } from "./sse";
import type { Store } from "./state";

/** Without the stream the state is asked for this often. */
const AGAIN_MS = 5_000;
/** A burst of events leads to one question at its end. */
const BURST_MS = 300;
/** An agent's actions and their pictures change nothing shown here. */
const OF_NO_INTEREST = /^(action|picture)/;

/** Keeps name, status and control up to date. */
export class Events {
  #timer = 0;

  constructor(
    private readonly api: ViewApi,
    private readonly store: Store,
  ) {}

  /** Asks for the state soon, and once for all that happens until then. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#look(), BURST_MS);
  }

  /**
   * Until the view has ended. An event `state` carries the whole new state; any other of interest means "something
   * changed". Without `stream`, which a browser has few of, the state is only asked for now and then.
   */
  async follow(stream: boolean): Promise<void> {
    while (this.store.state.phase.kind !== "ended") {
      try {
        if (stream) await this.#listen();
      } catch {
        // The connection itself reports what is wrong; here it is enough to come back.
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      if (this.store.state.phase.kind === "connected") await this.#look();
    }
  }

  async #listen(): Promise<void> {
    const reply = await fetch(this.api.url("/events"), { cache: "no-store", headers: { accept: "text/event-stream" } });
    if (!reply.ok || !reply.body) return;
    await this.#look(); // what happened before the stream began
    for await (const event of readEvents(reply.body)) {
      if (event.name === "state") this.store.set({ session: JSON.parse(event.data) as Session });
      else if (!OF_NO_INTEREST.test(event.name)) this.refresh();
    }
  }

  async #look(): Promise<void> {
    const answer = await this.api.state();
    if (answer.kind === "ok") this.store.set({ session: answer.session });
  }
}
