import type { Schema } from "../schema/schema";

/**
 * A tool's schema is flat: the parameters of all its actions stand beside each other. These are those of each action;
 * of an action that is not here, as of a newer server, all are offered.
 */
const OWN: Record<string, readonly string[]> = {
  screenshot: [],
  cursor_position: [],
  zoom: ["region"],
  mouse_move: ["coordinate"],
  left_click: ["coordinate", "text"],
  right_click: ["coordinate", "text"],
  middle_click: ["coordinate", "text"],
  double_click: ["coordinate", "text"],
  triple_click: ["coordinate", "text"],
  left_click_drag: ["start_coordinate", "coordinate", "text"],
  left_mouse_down: ["coordinate"],
  left_mouse_up: ["coordinate"],
  scroll: ["coordinate", "scroll_direction", "scroll_amount"],
  type: ["text", "interval"],
  key: ["text", "repeat"],
  hold_key: ["text", "duration"],
  wait: ["duration"],
  run: ["command", "timeout"],
  restart: [],
  get: [],
  set: ["text"],
  list: [],
  focus: ["window_id"],
  launch: ["app"],
  open: ["url", "path"],
};

const NEEDED: Record<string, readonly string[]> = {
  zoom: ["region"],
  mouse_move: ["coordinate"],
  left_click_drag: ["start_coordinate", "coordinate"],
  scroll: ["scroll_direction"],
  type: ["text"],
  key: ["text"],
  hold_key: ["text", "duration"],
  run: ["command"],
  set: ["text"],
  focus: ["window_id"],
  launch: ["app"],
};

/** What `text` of each action is: its own schema has to say it for all of them. */
const TITLES: Record<string, Record<string, string>> = {
  type: { text: "Text" },
  key: { text: "Keys" },
  hold_key: { text: "Key", duration: "Seconds" },
  wait: { duration: "Seconds" },
  set: { text: "Text" },
  left_click_drag: { start_coordinate: "From", coordinate: "To", text: "Modifiers" },
  scroll: { scroll_direction: "Direction", scroll_amount: "Clicks of the wheel", coordinate: "Place" },
};
const USUAL: Record<string, string> = { coordinate: "Place", text: "Modifiers", window_id: "Window", url: "Web page", path: "File or folder" };

/** What the schema says is written for models and about all actions at once; a person needs less. */
function hintOf(name: string, isNeeded: boolean): string | undefined {
  if (name === "coordinate" || name === "start_coordinate") return isNeeded ? "Pixels of the screen, such as 640, 400." : "Pixels of the screen; where the pointer is when empty.";
  return undefined;
}

const HINTS: Record<string, Record<string, string>> = {
  type: { text: "A new line presses Return, a tab Tab." },
  key: { text: "Such as Return, ctrl+a, or several with spaces between.", repeat: "Once when empty." },
  hold_key: { text: "Such as shift.", duration: "0 to 300." },
  wait: { duration: "Until the screen rests when empty." },
  scroll: { scroll_amount: "3 when empty." },
  set: { text: "" },
  run: { timeout: "Seconds until the command is ended, 120 when empty." },
};
const MODIFIERS = "Held meanwhile, such as ctrl+shift.";

/** The actions that a tool's schema names. */
export function actionsOf(schema: Schema): string[] {
  const action = propertiesIn(schema)["action"] as Schema | undefined;
  return Array.isArray(action?.["enum"]) ? action["enum"].filter((one) => typeof one === "string") : [];
}

/** A schema of the parameters of one action. */
export function parametersOf(schema: Schema, action: string): Schema {
  const { action: _action, ...all } = propertiesIn(schema);
  const names = OWN[action]?.filter((name) => name in all) ?? Object.keys(all);
  const properties = names.map((name) => {
    const title = TITLES[action]?.[name] ?? USUAL[name];
    const own = all[name] as Schema;
    const isNeeded = NEEDED[action]?.includes(name) ?? false;
    const description = HINTS[action]?.[name] ?? hintOf(name, isNeeded) ?? (title === "Modifiers" ? MODIFIERS : undefined);
    return [name, { ...own, ...(title && { title }), ...(description !== undefined && { description }), ...(name === "text" && action === "type" && { format: "textarea" }), ...(name === "command" && { format: "textarea" }) }];
  });
  return { type: "object", properties: Object.fromEntries(properties), required: NEEDED[action] ?? [] };
}

/** `left_click_drag` as `Left click drag`. */
export function spokenAction(action: string): string {
  const words = action.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function propertiesIn(schema: Schema): Record<string, unknown> {
  return (schema["properties"] ?? {}) as Record<string, unknown>;
}
