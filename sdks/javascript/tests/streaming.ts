// What tests of streams share.

import type { ServerResponse } from "node:http";
import { Nen, type NenOptions } from "../src/index.js";
import type { FakeServer } from "./fake-server.js";

export const EVENTS = { "content-type": "text/event-stream" };

/** A client that does not wait between attempts. */
export function client({ url }: FakeServer, options: NenOptions = {}): Nen {
  return new Nen({ baseUrl: url, apiKey: "sk_nen_test", maxRetryDelay: 0, ...options });
}

/** Writes the beginning of an answer and leaves it open. */
export function open(response: ServerResponse, headers: Record<string, string>, text: string): undefined {
  response.writeHead(200, headers);
  response.write(text);
}

/** Writes the beginning of an answer and breaks it off. */
export function cut(response: ServerResponse, headers: Record<string, string>, text: string): undefined {
  response.writeHead(200, headers);
  response.write(text, () => response.destroy());
}

export function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
