import { follow } from "../follow.js";
import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import { type ServerSentEvent, serverSentEvents } from "../sse.js";
import { bytesOf, linesOf } from "../stream.js";
import type { Transport } from "../transport.js";
import type { DesktopEvent } from "../types/desktop.js";
import { isObject, withRaw } from "../wire.js";

/** From where a desktop is followed. */
export interface EventOptions extends Pick<RequestOptions, "signal"> {
  /** The last event seen: what came after it comes first, as far as the server remembers its last 50. */
  lastEventId?: number;
}

/** What happens to a desktop, until it is deleted. */
export async function* events(
  transport: Transport,
  id: string,
  { lastEventId, signal }: EventOptions = {},
): AsyncGenerator<DesktopEvent, void, undefined> {
  const path = route`/desktops/${id}/events`;
  let last = lastEventId === undefined ? undefined : String(lastEventId);
  yield* follow<DesktopEvent, never>({
    async connect(isFirst) {
      const headers = { accept: "text/event-stream", "last-event-id": last };
      const options = { signal, ...(!isFirst && { maxRetries: 0 }) };
      const exchange = await transport.open({ method: "GET", path, headers, options }, ["text/event-stream"]);
      return eventsIn(linesOf(bytesOf(exchange, transport.settings.silenceTimeout)), (seen) => {
        last = seen;
      });
    },
    isLast: (event) => event.kind === "desktop.deleted",
    longestPause: transport.settings.maxRetryDelay,
    signal,
  }) as AsyncGenerator<DesktopEvent, void, undefined>;
}

async function* eventsIn(lines: AsyncIterable<string>, onId: (id: string) => void): AsyncGenerator<DesktopEvent> {
  for await (const sent of serverSentEvents(lines)) {
    if (sent.id !== undefined) onId(sent.id);
    yield eventOf(sent);
  }
}

/** The data of an event says all that the event says; what `lagged` says is only about the stream. */
export function eventOf({ id, event, data }: ServerSentEvent): DesktopEvent {
  const parsed = parse(data);
  const number = id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined;
  if (!isObject(parsed)) return withRaw({ id: number, kind: event, at: undefined, data: parsed }, {});
  const { kind, at, data: inner } = parsed;
  if (typeof kind !== "string") return withRaw({ id: number, kind: event, at: undefined, data: parsed }, parsed);
  return withRaw({ id: number, kind, at: typeof at === "number" ? at : undefined, data: inner }, parsed);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Something that is not ours, from a newer server: better passed on than lost.
    return text;
  }
}
