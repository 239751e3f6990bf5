import { follow } from "../follow.js";
import type { RequestOptions } from "../options.js";
import { serverSentEvents } from "../sse.js";
import { bytesOf, linesOf } from "../stream.js";
import type { Exchange, Transport } from "../transport.js";
import type { WorkspaceEvent } from "../types/desktop.js";
import { withRaw } from "../wire.js";
import { eventOf } from "./events.js";

/** How a workspace is followed. */
export interface WorkspaceEventOptions extends Pick<RequestOptions, "signal"> {
  /**
   * How often running a lost connection is made again in vain before that is an error; 8 when left out, which is about
   * forty seconds. `Infinity` for as long as it takes.
   */
  maxRetries?: number | undefined;
}

/**
 * What happens to all desktops of the workspace, for ever. Ids count per desktop, so that there is none to go on from:
 * each connection begins with an event of its own that says so.
 */
export async function* workspaceEvents(
  transport: Transport,
  { maxRetries, signal }: WorkspaceEventOptions = {},
): AsyncGenerator<WorkspaceEvent, void, undefined> {
  yield* follow<WorkspaceEvent, never>({
    async connect(isFirst) {
      const headers = { accept: "text/event-stream" };
      const options = { signal, ...(!isFirst && { maxRetries: 0 }) };
      const call = { method: "GET", path: "/events", headers, options } as const;
      const exchange = await transport.open(call, ["text/event-stream"]);
      return eventsIn(exchange, transport.settings.silenceTimeout, !isFirst);
    },
    isReceived: ({ kind }) => kind !== "connected",
    lost: (trouble) => ofStream("disconnected", { error: trouble instanceof Error ? trouble.message : null }),
    mostFailures: maxRetries,
    longestPause: transport.settings.maxRetryDelay,
    signal,
  }) as AsyncGenerator<WorkspaceEvent, void, undefined>;
}

async function* eventsIn(exchange: Exchange, silence: number, again: boolean): AsyncGenerator<WorkspaceEvent> {
  try {
    yield ofStream("connected", { again });
    for await (const sent of serverSentEvents(linesOf(bytesOf(exchange, silence)))) {
      const event = eventOf(sent);
      const { desktop_id: desktopId } = event.raw;
      yield withRaw({ desktopId: typeof desktopId === "string" ? desktopId : undefined, ...event }, event.raw);
    }
  } finally {
    // Who leaves at the first event has read nothing yet, and the connection would stay.
    exchange.clock.close();
  }
}

/** An event that this client makes of its connection. */
function ofStream(kind: string, data: object): WorkspaceEvent {
  return withRaw({ desktopId: undefined, id: undefined, kind, at: undefined, data }, {});
}
