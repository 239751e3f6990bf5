import type { IconName } from "../components/icon";

/** An action in the words of the wire, as the tool log and replays hold it. */
export interface Described {
  tool: string;
  action: string;
  params: Record<string, unknown>;
}

/** What an action was, for people: a drawing and a sentence without its end. */
export interface Description {
  icon: IconName;
  text: string;
}

type Params = Record<string, unknown>;

const CLICKS: Record<string, string> = {
  left_click: "Clicked",
  right_click: "Right-clicked",
  middle_click: "Middle-clicked",
  double_click: "Double-clicked",
  triple_click: "Triple-clicked",
};

const COMPUTER: Record<string, (params: Params) => Description> = {
  screenshot: () => ({ icon: "eye", text: "Looked at the screen" }),
  zoom: ({ region }) => ({ icon: "zoomIn", text: `Looked closely${isNumbers(region) ? ` at ${region.join(", ")}` : ""}` }),
  cursor_position: () => ({ icon: "cursor", text: "Asked where the pointer is" }),
  mouse_move: (params) => ({ icon: "cursor", text: `Moved the pointer${to(params["coordinate"])}` }),
  left_click_drag: (params) => ({ icon: "drag", text: dragged(params) }),
  left_mouse_down: (params) => ({ icon: "cursor", text: `Pressed the mouse button${at(params["coordinate"])}` }),
  left_mouse_up: (params) => ({ icon: "cursor", text: `Let the mouse button go${at(params["coordinate"])}` }),
  scroll: (params) => ({ icon: "scroll", text: scrolled(params) }),
  type: ({ text }) => ({ icon: "type", text: `Typed ${typed(text)}` }),
  key: ({ text, repeat }) => ({ icon: "keyboard", text: `Pressed ${word(text)}${typeof repeat === "number" && repeat > 1 ? ` ${repeat} times` : ""}` }),
  hold_key: ({ text, duration }) => ({ icon: "keyboard", text: `Held ${word(text)}${seconds(duration)}` }),
  wait: ({ duration }) => ({ icon: "wait", text: typeof duration === "number" ? `Waited ${duration} s` : "Waited until the screen settled" }),
};

const OTHERS: Record<string, (params: Params) => Description> = {
  "bash.run": ({ command }) => ({ icon: "command", text: `Ran ${word(command)}` }),
  "bash.restart": () => ({ icon: "command", text: "Restarted the shell" }),
  "clipboard.get": () => ({ icon: "clipboard", text: "Read the clipboard" }),
  "clipboard.set": ({ text }) => ({ icon: "clipboard", text: `Set the clipboard to ${typed(text)}` }),
  "windows.list": () => ({ icon: "window", text: "Listed the windows" }),
  "windows.focus": ({ window_id }) => ({ icon: "window", text: `Brought window ${word(window_id)} to the front` }),
  "windows.launch": ({ app }) => ({ icon: "rocket", text: `Started ${word(app)}` }),
  "windows.open": ({ url, path }) => ({ icon: url ? "globe" : "folder", text: `Opened ${word(url ?? path)}` }),
  "session.input": () => ({ icon: "hand", text: "Used mouse and keyboard" }),
  "session.take_control": () => ({ icon: "hand", text: "Took control" }),
  "session.return_control": () => ({ icon: "send", text: "Handed control back" }),
  "drive.list": ({ path }) => ({ icon: "folder", text: `Listed ${word(path) || "files"}` }),
  "drive.read": ({ path }) => ({ icon: "file", text: `Read ${word(path) || "a file"}` }),
  "drive.write": ({ path, name }) => ({ icon: "file", text: `Wrote ${[word(path), word(name)].filter(Boolean).join("/") || "a file"}` }),
  "agent.execute": ({ instruction }) => ({ icon: "brain", text: instruction ? `Agent: ${word(instruction)}` : "Agent worked" }),
  "agent.verify": ({ condition }) => ({ icon: "brain", text: condition ? `Agent checked: ${word(condition)}` : "Agent checked the screen" }),
  "agent.extract": ({ query }) => ({ icon: "brain", text: query ? `Agent read: ${word(query)}` : "Agent read the screen" }),
};

export function describe({ tool, action, params }: Described): Description {
  const click = tool === "computer" ? CLICKS[action] : undefined;
  if (click) return { icon: "cursor", text: `${click}${at(params["coordinate"])}${held(params["text"])}` };
  const known = tool === "computer" ? COMPUTER[action] : OTHERS[`${tool}.${action}`];
  return known?.(params) ?? { icon: "code", text: `${tool}.${action}` };
}

/** Who acted, in words: the name of a key or a run, or a person in the live view. */
export function actorName(actor: string): string {
  return actor === "human" ? "a person" : actor.replace(/^(run [0-9a-f]{8})-[0-9a-f-]{27}$/, "$1");
}

/** Whether a mark belongs where the pointer was: something was pressed there. */
export function isPress({ tool, action }: Pick<Described, "tool" | "action">): boolean {
  return tool === "computer" && (action in CLICKS || /^left_(mouse_down|mouse_up|click_drag)$/.test(action));
}

function at(coordinate: unknown): string {
  return isNumbers(coordinate) ? ` at ${coordinate.join(", ")}` : "";
}

function to(coordinate: unknown): string {
  return isNumbers(coordinate) ? ` to ${coordinate.join(", ")}` : "";
}

function held(text: unknown): string {
  return typeof text === "string" && text ? ` with ${text}` : "";
}

function dragged({ path, start_coordinate, coordinate }: Params): string {
  const points = Array.isArray(path) ? path : [start_coordinate, coordinate];
  const [from, end] = [points[0], points.at(-1)];
  return isNumbers(from) && isNumbers(end) ? `Dragged from ${from.join(", ")} to ${end.join(", ")}` : "Dragged";
}

function scrolled(params: Params): string {
  const direction = params["scroll_direction"] ?? params["direction"];
  const amount = params["scroll_amount"] ?? params["amount"];
  return `Scrolled ${word(direction ?? "")}${typeof amount === "number" ? ` ${amount}` : ""}${at(params["coordinate"])}`;
}

/** Logs hold `[6 characters]` in place of what was typed; what is there is put in quotes. */
function typed(text: unknown): string {
  if (typeof text === "object" && text !== null && "secure" in text) return `the secret ${word(text.secure)}`;
  if (typeof text !== "string") return "text";
  const length = /^\[(\d+ characters?|secret)\]$/.exec(text)?.[1];
  return length ? (length === "secret" ? "a secret" : length) : `“${text}”`;
}

function word(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).replace(/\s+/g, " ") : "";
}

function seconds(duration: unknown): string {
  return typeof duration === "number" ? ` for ${duration} s` : "";
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => typeof one === "number");
}
