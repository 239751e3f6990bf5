import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { extname } from "node:path";
import { WebSocketServer } from "ws";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };
const policy = JSON.parse(await readFile(new URL("../csp.json", import.meta.url), "utf8"));

/** The viewer's half of the server: pages with their policies, state, events, takeover, and RFB over WebSocket. */
export async function startFakeServer(rfbSocket) {
  const desktop = { desktop_id: "dsk_abc123def456", name: "Invoices, north region", status: "running", takeover: false, display: { width: 1280, height: 800 } };
  /** token → role; a token that is not here is not accepted. */
  const tokens = new Map();
  /** Cookie → role, or `none` for one whose key has other scopes. */
  const signIns = new Map();
  const streams = new Set();
  const state = (role) => ({ ...desktop, role });
  /** What was asked for and allowed. */
  const asked = [];
  let up = true;
  let ended = false;
  let gone = false;

  const http = createServer(async (request, response) => {
    const url = new URL(request.url, "http://fake");
    if (!up) return request.socket.destroy();
    if (url.pathname.startsWith(`/desktops/${desktop.desktop_id}/view`)) return view(url, request, response);
    const file =
      url.pathname.startsWith("/view/") ? "../dist/view/index.html"
      : url.pathname === "/docs" ? "../dist/docs/index.html"
      : url.pathname === "/openapi.json" ? "fixtures/openapi.json"
      : url.pathname === "/embedder" ? "fixtures/embedder.html"
      : `../dist${url.pathname}`;
    try {
      const body = await readFile(new URL(file, import.meta.url));
      const page = /^\/(view|docs)/.exec(url.pathname)?.[1];
      if (page) response.setHeader("content-security-policy", policy[page]);
      response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });

  /** The role of a request, by its token or, where it has none, by its cookie. */
  function roleOf(request) {
    const token = new URL(request.url, "http://fake").searchParams.get("token");
    if (token !== null) return ended ? undefined : tokens.get(token);
    return signIns.get(/(?:^|; )nen_session=([^;]*)/.exec(request.headers.cookie ?? "")?.[1]);
  }

  function view(url, request, response) {
    const hasToken = url.searchParams.has("token");
    const answer = (status, body) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (ended && hasToken) return answer(404, { error: "this desktop has no session" });
    const role = roleOf(request);
    if (!role) return answer(401, { error: hasToken ? "token not accepted" : "missing API key" });
    if (role === "none") return answer(403, { error: "this API key lacks the scope desktops:read" });
    if (gone) return answer(404, { error: "no desktop with this id in this workspace" });
    asked.push(`${request.method} ${url.pathname}`);
    if (url.pathname.endsWith("/state")) return answer(200, state(role));
    if (url.pathname.endsWith("/takeover")) {
      if (role !== "interactive") return answer(403, { error: "a view-only token cannot take control" });
      if (!hasToken && request.headers.origin !== server.origin) return answer(403, { error: "not from this page" });
      server.control(request.method === "POST");
      return response.writeHead(204).end();
    }
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    const stream = { response, role };
    streams.add(stream);
    response.on("close", () => streams.delete(stream));
  }

  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    const role = roleOf(request);
    if (!up || gone || !role || role === "none") return socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.hasToken = request.url.includes("token=");
      const rfb = connect(rfbSocket);
      rfb.on("data", (bytes) => ws.send(bytes));
      ws.on("message", (bytes) => rfb.write(bytes));
      rfb.on("close", () => ws.close(1011));
      ws.on("close", () => rfb.destroy());
    });
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));

  const server = {
    origin: `http://127.0.0.1:${http.address().port}`,
    asked,
    address: `http://127.0.0.1:${http.address().port}/view/${desktop.desktop_id}`,
    href(role) {
      const token = `${role}-${tokens.size}`;
      tokens.set(token, role);
      ended = false;
      return `${server.address}#token=${token}`;
    },
    /** The cookie of a browser that is signed in. */
    signIn(role) {
      const value = `${role}-${signIns.size}`;
      signIns.set(value, role);
      return { name: "nen_session", value, url: server.origin, httpOnly: true, sameSite: "Strict" };
    },
    /** Ends every sign-in, and with it the connections. */
    signOut() {
      signIns.clear();
      for (const ws of sockets.clients) ws.close(4005, "the access ended, connect again");
      for (const { response } of streams) response.end();
    },
    /** Deletes the desktop (`true`), or has it there again. */
    remove(deleted) {
      gone = deleted;
      if (deleted) for (const ws of sockets.clients) ws.close(4002, "the desktop ended");
    },
    control(taken) {
      desktop.takeover = taken;
      for (const { response, role } of streams) response.write(`event: state\ndata: ${JSON.stringify(state(role))}\n\n`);
    },
    /** Ends the session as `DELETE /desktops/{id}/session` does. */
    end() {
      ended = true;
      for (const ws of sockets.clients) ws.hasToken ? ws.close(4001, "session ended") : ws.close(4005, "connect again");
      for (const { response } of streams) response.end();
    },
    /** Cuts every connection and answers nothing until `restore`. */
    drop() {
      up = false;
      for (const ws of sockets.clients) ws.terminate();
      http.closeAllConnections();
    },
    restore: () => (up = true),
    async stop() {
      server.drop();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}
