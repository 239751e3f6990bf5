import { execFile, spawn } from "node:child_process";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "./browser.mjs";

const run = promisify(execFile);

/** A real X server with an RFB socket, and terminals in it: one writes what is typed to a file, one is a patch of colour. */
export async function startXvnc() {
  const folder = await mkdtemp(join(tmpdir(), "nen-web-"));
  const socket = join(folder, "rfb");
  const typedFile = join(folder, "typed");
  const server = spawn(
    "Xvnc",
    ["-displayfd", "3", "-rfbunixpath", socket, "-rfbport", "-1", "-SecurityTypes", "None", "-geometry", "1280x800", "-depth", "24", "-nolisten", "tcp"],
    { stdio: ["ignore", "ignore", "ignore", "pipe"] },
  );
  const number = await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.stdio[3].once("data", (data) => resolve(String(data).trim()));
  });
  const env = { ...process.env, DISPLAY: `:${number}`, LC_ALL: "C.UTF-8" };
  const x = async (command, ...args) => (await run(command, args, { env })).stdout;
  const windows = new Map();
  /** Starts a terminal in the place of the one of that name. */
  const open = (name, ...args) => {
    windows.get(name)?.kill();
    windows.set(name, spawn("xterm", args, { env, stdio: "ignore" }));
  };

  return {
    socket,
    x,
    /** Opens a terminal that fills the right half of the screen; no window manager, so the pointer gives it the focus. */
    async openTerminal() {
      await rm(typedFile, { force: true });
      open("typing", "-name", "typing", "-geometry", "100x50+640+0", "-e", "sh", "-c", 'cat > "$0"', typedFile);
      await until(() => access(typedFile).then(() => true, () => false), "the terminal takes lines");
    },
    /** Shows a window of this colour in the top left corner. */
    paint: (colour) => open("paint", "-geometry", "30x10+0+0", "-bg", colour, "-e", "cat"),
    typed: () => readFile(typedFile, "utf8").catch(() => ""),
    async stop() {
      for (const window of windows.values()) window.kill();
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
