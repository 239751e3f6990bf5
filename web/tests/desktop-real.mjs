/** A desktop of a running server: `NEN_URL` and `NEN_API_KEY` say which. @returns {Promise<import("./desktop.mjs").TestDesktop>} */
export async function realDesktop(base, key) {
  const call = async (method, path, body) => {
    const reply = await fetch(new URL(path, base), {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  };
  const { desktop_id: id } = await (await call("POST", "/desktops", { name: "viewer test", tools: ["computer", "windows"] })).json();
  const execute = async (tool, action, params = {}) => (await call("POST", `/desktops/${id}/execute`, { action: { tool, action, params } })).json();
  const typedFile = "viewer-typed.txt";
  let moved = 0;
  return {
    origin: new URL(base).origin,
    open: async (role) => (await (await call("PUT", `/desktops/${id}/session`, { interactive: role === "interactive" })).json()).href,
    end: async () => void (await call("DELETE", `/desktops/${id}/session`)),
    // A press on the wallpaper opens or closes its menu; where there is none, the pointer alone moves the picture.
    change: () => execute("computer", moved++ % 2 ? "left_click" : "right_click", { coordinate: [640 + moved, 400] }),
    pointer: async () => (await execute("computer", "cursor_position")).coordinate,
    point: (x, y) => execute("computer", "mouse_move", { coordinate: [x, y] }),
    async openTerminal() {
      await execute("windows", "launch", { app: "terminal" });
      await execute("computer", "type", { text: `cat > /drive/${typedFile}\n` });
    },
    typed: async () => (await fetch(new URL(`/desktops/${id}/files/${typedFile}`, base), { headers: { authorization: `Bearer ${key}` } })).text(),
    stop: async () => void (await call("DELETE", `/desktops/${id}`)),
  };
}
