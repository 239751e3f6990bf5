import type { ActionCall } from "../types/action.js";

/** A place on the screen in pixels of the full screenshot, origin at the top left. */
export type Point = readonly [x: number, y: number];

/** Keys that are held meanwhile. */
export interface Modifiers {
  /** `ctrl`, `ctrl+shift`, … */
  modifiers?: string;
}

/** How the wheel turns. */
export interface ScrollOptions extends Modifiers {
  direction: "up" | "down" | "left" | "right";
  /** Clicks of the wheel, 0 to 100; 3 when left out. */
  amount?: number;
}

function call(action: string, params: Record<string, unknown> = {}): ActionCall {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  return { tool: "computer", action, params: Object.fromEntries(given) };
}

/** `[x, y]`, or nothing for where the pointer is. */
function place(x: number | undefined, y: number | undefined): Point | undefined {
  if (x === undefined && y === undefined) return undefined;
  if (x === undefined || y === undefined)
    throw new TypeError("a place needs both x and y, or neither for the pointer's own");
  return [x, y];
}

function pointing(action: string) {
  return (x?: number, y?: number, { modifiers }: Modifiers = {}): ActionCall =>
    call(action, { coordinate: place(x, y), text: modifiers });
}

/**
 * The actions of the tool `computer`, to be collected in a batch. Coordinates are pixels of the full screenshot; without
 * them an action happens where the pointer is.
 */
export const computer = {
  /** Takes a picture of the screen. */
  screenshot: (): ActionCall => call("screenshot"),
  /** Takes a picture of a part of the screen, from its left top to its right bottom corner, scaled up. */
  zoom: (x0: number, y0: number, x1: number, y1: number): ActionCall => call("zoom", { region: [x0, y0, x1, y1] }),
  /** Asks where the pointer is. */
  cursorPosition: (): ActionCall => call("cursor_position"),
  /** Moves the pointer. */
  mouseMove: (x: number, y: number): ActionCall => call("mouse_move", { coordinate: place(x, y) }),
  /** Clicks. */
  leftClick: pointing("left_click"),
  /** Clicks with the right button. */
  rightClick: pointing("right_click"),
  /** Clicks with the wheel. */
  middleClick: pointing("middle_click"),
  /** Clicks twice. */
  doubleClick: pointing("double_click"),
  /** Clicks three times, which mostly marks a line. */
  tripleClick: pointing("triple_click"),
  /** Presses the left button and holds it, also beyond this call. */
  leftMouseDown: (x?: number, y?: number): ActionCall => call("left_mouse_down", { coordinate: place(x, y) }),
  /** Lets the left button go. */
  leftMouseUp: (x?: number, y?: number): ActionCall => call("left_mouse_up", { coordinate: place(x, y) }),
  /** Drags with the left button from one place to another. */
  drag: (startX: number, startY: number, endX: number, endY: number, { modifiers }: Modifiers = {}): ActionCall =>
    call("left_click_drag", { start_coordinate: [startX, startY], coordinate: [endX, endY], text: modifiers }),
  /** Drags with the left button along two places or more. */
  dragPath: (path: readonly Point[], { modifiers }: Modifiers = {}): ActionCall =>
    call("left_click_drag", { path, text: modifiers }),
  /** Turns the wheel. */
  scroll: (
    x: number | undefined,
    y: number | undefined,
    { direction, amount = 3, modifiers }: ScrollOptions,
  ): ActionCall => call("scroll", { coordinate: place(x, y), direction, amount, text: modifiers }),
  /** Types any Unicode text; a newline presses Return, a tab Tab. `interval` is in seconds per character, 0 when left out. */
  typeText: (text: string, { interval }: { interval?: number } = {}): ActionCall => call("type", { text, interval }),
  /** Presses keys: `Return`, `ctrl+a`, several separated by spaces; `repeat` is 1 to 100. */
  keyPress: (key: string, { repeat }: { repeat?: number } = {}): ActionCall => call("key", { text: key, repeat }),
  /** Holds a key for some seconds, 0 to 300. */
  holdKey: (key: string, seconds: number): ActionCall => call("hold_key", { text: key, duration: seconds }),
  /** Waits some seconds, 0 to 300; until the screen has settled when left out. */
  wait: (seconds?: number): ActionCall => call("wait", { duration: seconds }),
} as const;
