import { until } from "./browser.mjs";

/** A desktop of a running server: `NEN_URL` and `NEN_API_KEY` say which. @returns {Promise<import("./desktop.mjs").TestDesktop>} */
export async function realDesktop(base, key) {
  const call = async (method, path, body) => {
    const reply = await fetch(new URL(path, base), {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    // Read in any case: a body that nobody takes keeps its connection, and with it this process, open for a minute and more.
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return { json: () => JSON.parse(text) };
  };
  const { desktop_id: id } = (await call("POST", "/desktops", { name: "viewer test", tools: ["computer", "windows"] })).json();
  const execute = async (tool, action, params = {}) => (await call("POST", `/desktops/${id}/execute`, { action: { tool, action, params } })).json();
  const typedFile = "viewer-typed.txt";
  const { origin } = new URL(base);
  const scopes = { view: ["desktops:read"], interactive: ["desktops:write"], none: ["workflows:read"] };
  const keys = [];
  return {
    origin,
    address: `${origin}/view/${id}`,
    async signIn(context, role) {
      const { id: key, secret } = (await call("POST", "/keys", { name: `viewer test, ${role}`, scopes: scopes[role] })).json();
      keys.push(key);
      const reply = await context.request.post(`${origin}/auth`, { data: { key: secret }, headers: { origin } });
      if (!reply.ok()) throw new Error(`POST /auth: ${reply.status()} ${await reply.text()}`);
    },
    async signOut(context) {
      const reply = await context.request.delete(`${origin}/auth`, { headers: { origin } });
      if (!reply.ok()) throw new Error(`DELETE /auth: ${reply.status()} ${await reply.text()}`);
    },
    open: async (role) => (await (await call("PUT", `/desktops/${id}/session`, { interactive: role === "interactive" })).json()).href,
    end: async () => void (await call("DELETE", `/desktops/${id}/session`)),
    change: () => execute("windows", "launch", { app: "files" }),
    pointer: async () => (await execute("computer", "cursor_position")).coordinate,
    point: (x, y) => execute("computer", "mouse_move", { coordinate: [x, y] }),
    async openTerminal() {
      await execute("windows", "launch", { app: "terminal" });
      await until(async () => JSON.parse((await execute("windows", "list")).output).some((window) => window.title === "Terminal" && window.focused), "the terminal is there");
      // Its first picture comes a little after its window.
      await call("POST", `/desktops/${id}/execute`, { action: { tool: "computer", action: "wait" }, settle: { quiet_ms: 300, max_ms: 5000 } });
      await execute("computer", "type", { text: `cat > /drive/${typedFile}\n` });
    },
    typed: async () => (await fetch(new URL(`/desktops/${id}/files/${typedFile}`, base), { headers: { authorization: `Bearer ${key}` } })).text(),
    async stop() {
      for (const key of keys) await call("DELETE", `/keys/${key}`);
      await call("DELETE", `/desktops/${id}`);
    },
  };
}
