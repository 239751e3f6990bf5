import type { Described } from "./describe";
import { isPress } from "./describe";

/** What is drawn over the picture after an action, in pixels of the desktop. */
export interface Mark {
  /** Where the pointer ended. */
  at: readonly [number, number];
  /** Whether a button was pressed there. */
  press: boolean;
  /** The way of a drag. */
  path?: readonly (readonly [number, number])[];
  /** Where the wheel turned to. */
  scroll?: "up" | "down" | "left" | "right";
  /** A region that was looked at: x0, y0, x1, y1. */
  region?: readonly [number, number, number, number];
}

type Pointed = Described & { coordinate?: readonly number[] | null | undefined };

/** The mark of an action, or null where it had nothing to do with a place. */
export function markOf(call: Pointed): Mark | null {
  const { action, params } = call;
  const region = params["region"];
  if (action === "zoom" && isNumbers(region, 4)) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = region;
    return { at: [x1, y1], press: false, region: [x0, y0, x1, y1] };
  }
  const at = call.coordinate ?? params["coordinate"];
  if (!isNumbers(at, 2)) return null;
  const mark: Mark = { at: point(at), press: isPress(call) };
  if (action === "left_click_drag") return { ...mark, path: wayOf(params, mark.at) };
  const direction = params["scroll_direction"] ?? params["direction"];
  if (action === "scroll" && isDirection(direction)) return { ...mark, scroll: direction };
  return mark;
}

/** Where the pointer was after each of several actions, oldest first: it stays where the last one left it. */
export function pointersOf(calls: readonly Pointed[]): (readonly [number, number] | null)[] {
  let last: readonly [number, number] | null = null;
  return calls.map((call) => {
    const mark = call.action === "zoom" ? null : markOf(call);
    last = mark?.at ?? last;
    return last;
  });
}

function wayOf({ path, start_coordinate, coordinate }: Record<string, unknown>, end: Mark["at"]): Mark["at"][] {
  const points = (Array.isArray(path) ? path : [start_coordinate, coordinate]).filter((one): one is number[] => isNumbers(one, 2));
  return points.length > 1 ? points.map(point) : [end];
}

function point([x = 0, y = 0]: readonly number[]): Mark["at"] {
  return [x, y];
}

function isNumbers(value: unknown, count: number): value is number[] {
  return Array.isArray(value) && value.length === count && value.every((one) => typeof one === "number");
}

function isDirection(value: unknown): value is NonNullable<Mark["scroll"]> {
  return value === "up" || value === "down" || value === "left" || value === "right";
}
