import { localDesktop } from "./desktop-local.mjs";
import { realDesktop } from "./desktop-real.mjs";

/**
 * What a test needs of a desktop, whoever provides it.
 * @typedef {object} TestDesktop
 * @property {string} origin
 * @property {(role: "view" | "interactive") => Promise<string>} open  opens a session and gives its link
 * @property {string} address  of its live view, without a token
 * @property {(context: import("playwright-core").BrowserContext, role: "view" | "interactive" | "none") => Promise<void>} signIn  signs a browser in; with `none` by a key that may not see desktops
 * @property {(context: import("playwright-core").BrowserContext) => Promise<void>} signOut
 * @property {() => Promise<void>} end  ends the session
 * @property {() => Promise<unknown>} change  changes what is on the screen
 * @property {() => Promise<[number, number]>} pointer  where the desktop's pointer is
 * @property {(x: number, y: number) => Promise<unknown>} point  moves the desktop's pointer as an agent does
 * @property {() => Promise<void>} openTerminal  opens a window under (900, 300) that takes typed lines
 * @property {() => Promise<string>} typed  the lines it took
 * @property {() => void} [drop]  cuts the network (only where the test owns the server)
 * @property {() => void} [restore]
 * @property {(taken: boolean) => void} [control]  somebody else takes or hands back control
 * @property {string[]} [asked]  the viewer's calls so far, without those that were refused
 * @property {(deleted: boolean) => void} [remove]  deletes the desktop, or has it there again
 * @property {(colour: string) => void} [paint]  gives the top left corner this colour
 * @property {() => Promise<void>} stop
 */

/** A real server when `NEN_URL` and `NEN_API_KEY` are set, otherwise a stand-in with a real X server behind it. */
export function startDesktop() {
  const { NEN_URL, NEN_API_KEY } = process.env;
  return NEN_URL && NEN_API_KEY ? realDesktop(NEN_URL, NEN_API_KEY) : localDesktop();
}
