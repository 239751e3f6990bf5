import type { Session, ViewApi } from "./api";
import { readEvents } from "./sse";
import type { Store } from "./state";

/** Without the stream the state is asked for this often. */
const AGAIN_MS = 5_000;
/** A burst of events leads to one question at its end. */
const BURST_MS = 300;

/**
 * Keeps name, status and control up to date. An event `state` carries the whole new state; an agent's action changes
 * nothing shown here; any other event means "something changed", and the state is asked for.
 */
export async function followEvents(api: ViewApi, store: Store): Promise<void> {
  let timer = 0;
  const refresh = async (): Promise<void> => {
    const answer = await api.state();
    if (answer.kind === "ok") store.set({ session: answer.session });
  };
  while (store.state.phase.kind !== "ended") {
    try {
      const reply = await fetch(api.url("/events"), { cache: "no-store", headers: { accept: "text/event-stream" } });
      if (reply.ok && reply.body) {
        await refresh(); // what happened before the stream began
        for await (const event of readEvents(reply.body)) {
          if (event.name === "state") {
            store.set({ session: JSON.parse(event.data) as Session });
          } else if (!event.name.startsWith("action")) {
            clearTimeout(timer);
            timer = window.setTimeout(() => void refresh(), BURST_MS);
          }
        }
      }
    } catch {
      // The connection itself reports what is wrong; here it is enough to come back.
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    if (store.state.phase.kind === "connected") await refresh();
  }
}
