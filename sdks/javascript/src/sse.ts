/** One server-sent event as it stands on the wire. */
export interface ServerSentEvent {
  /** Its id, when it has one. */
  id: string | undefined;
  /** Its name; `message` when it has none. */
  event: string;
  /** Its data, the lines joined. */
  data: string;
}

/** Events in a stream of lines, as the HTML standard reads them. Comments, which only keep the line alive, are dropped. */
export async function* serverSentEvents(
  lines: AsyncIterable<string>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  let id: string | undefined;
  let event = "";
  let data: string[] = [];
  for await (const line of lines) {
    if (line === "") {
      // An event without data is none, and what the stream ends in the middle of is none, either.
      if (data.length > 0) yield { id, event: event || "message", data: data.join("\n") };
      id = undefined;
      event = "";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  }
}
