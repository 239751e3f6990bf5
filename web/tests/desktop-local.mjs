import { startFakeServer } from "./fake-server.mjs";
import { startXvnc } from "./xvnc.mjs";

const COLOURS = ["#b33a3a", "#2f7d4f", "#3358b8", "#c98b1f"];

/** @returns {Promise<import("./desktop.mjs").TestDesktop>} */
export async function localDesktop() {
  const screen = await startXvnc();
  const server = await startFakeServer(screen.socket);
  let next = 0;
  return {
    origin: server.origin,
    address: server.address,
    open: async (role) => server.href(role),
    signIn: (context, role) => context.addCookies([server.signIn(role)]),
    signOut: async () => server.signOut(),
    end: async () => server.end(),
    change: async () => screen.paint(COLOURS[next++ % COLOURS.length]),
    paint: screen.paint,
    async pointer() {
      const [, x, y] = /x:(\d+) y:(\d+)/.exec(await screen.x("xdotool", "getmouselocation"));
      return [Number(x), Number(y)];
    },
    point: (x, y) => screen.x("xdotool", "mousemove", String(x), String(y)),
    openTerminal: screen.openTerminal,
    typed: screen.typed,
    drop: server.drop,
    restore: server.restore,
    control: server.control,
    asked: server.asked,
    remove: server.remove,
    async stop() {
      await server.stop();
      await screen.stop();
    },
  };
}
