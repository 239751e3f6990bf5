import type { Described } from "./describe";

/**
 * A call such as `computer.left_click` with its arguments, as the tool log has it. The SDK of workflows names what it
 * does with mouse and keyboard otherwise; here it gets the names of the API.
 */
export function callOf(call: string, args: Record<string, unknown>): Described {
  const dot = call.indexOf(".");
  const [tool, action] = [call.slice(0, Math.max(dot, 0)), call.slice(dot + 1)];
  const own = tool === "computer" ? WORKFLOW[action]?.(args) : undefined;
  return own ? { tool, ...own } : { tool, action, params: args };
}

type Args = Record<string, unknown>;
type Named = Omit<Described, "tool">;

const BUTTONS: Record<string, string> = { right: "right_click", middle: "middle_click" };

const WORKFLOW: Record<string, (args: Args) => Named | undefined> = {
  press: ({ key }) => ({ action: "key", params: { text: key } }),
  hotkey: ({ keys }) => ({ action: "key", params: { text: Array.isArray(keys) ? keys.join("+") : keys } }),
  click_at: ({ x, y, button }) => ({ action: BUTTONS[String(button)] ?? "left_click", params: { coordinate: [x, y] } }),
  double_click_at: ({ x, y }) => ({ action: "double_click", params: { coordinate: [x, y] } }),
  move: ({ x, y }) => ({ action: "mouse_move", params: { coordinate: [x, y] } }),
  drag: ({ from, to }) => ({ action: "left_click_drag", params: { start_coordinate: from, coordinate: to } }),
  scroll: ({ direction, amount, x, y, ...rest }) =>
    direction === undefined || "coordinate" in rest
      ? undefined
      : { action: "scroll", params: { scroll_direction: direction, scroll_amount: amount, ...(x !== undefined && { coordinate: [x, y] }) } },
  wait: ({ seconds, ...rest }) => (seconds === undefined ? undefined : { action: "wait", params: { ...rest, duration: seconds } }),
};
