// A server on loopback that answers what a test says and remembers what it was asked.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Seen {
  method: string;
  /** Path and query as they stood on the wire. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Its body as JSON. */
  json(): unknown;
}

/** An answer that is there at once. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string | Uint8Array;
}

export interface FakeServer extends AsyncDisposable {
  url: string;
  seen: Seen[];
}

/** What a request is answered with: a reply, or nothing when the answer is written by hand. */
export type Answer = (seen: Seen, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>;

/** Starts a server that answers with `answer`, or with each of a list in turn. */
export async function serve(answer: Answer | readonly (Reply | Answer)[]): Promise<FakeServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const { method = "", url = "", headers } = request;
    const one: Seen = { method, url, headers, body, json: () => JSON.parse(body.toString()) };
    seen.push(one);
    const next = typeof answer === "function" ? answer : answer[seen.length - 1];
    const reply =
      typeof next === "function" ? await next(one, response) : (next ?? { status: 599, text: "not expected" });
    if (reply) send(response, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, json, text }: Reply): void {
  const body = json === undefined ? text : JSON.stringify(json);
  response.writeHead(status, { ...(json !== undefined && { "content-type": "application/json" }), ...headers });
  response.end(body);
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A desktop as a server sends it. */
export const DESKTOP = {
  desktop_id: "dsk_abc123def456",
  desktop_type: "sandbox",
  status: "running",
  workspace_id: "ws_default",
  display: { width: 1280, height: 800 },
  tools: ["computer"],
  network: "internet",
  provisioning: "cold",
  idle_timeout_seconds: 1800,
  on_idle: "pause",
  created_at: 1795362805,
  updated_at: 1795362805,
} as const;
