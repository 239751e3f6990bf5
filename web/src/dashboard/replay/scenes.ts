import type { Replay, ReplayStep } from "nen-client";
import { callOf } from "../actions/call";
import { type Described, describe, type Description } from "../actions/describe";
import { type Mark, markOf, pointersOf } from "../actions/pointer";

/** A step as it is shown. */
export interface Scene {
  step: ReplayStep;
  description: Description;
  /** The newest picture up to this step; a step without one shows what was seen before. */
  picture: string | null;
  /** Whether the picture was taken after this very step. */
  isOwnPicture: boolean;
  mark: Mark | null;
  pointer: readonly [number, number] | null;
  /** One question to a model. */
  isQuestion: boolean;
}

export function scenesOf({ steps }: Replay): Scene[] {
  const calls = steps.map(({ call, args, coordinate }) => ({ ...callOf(call, args), coordinate }));
  const pointers = pointersOf(calls);
  let picture: string | null = null;
  return steps.map((step, index) => {
    picture = step.screenshot ?? picture;
    const call = calls[index] ?? callOf(step.call, step.args);
    return {
      step,
      description: describe(call),
      picture,
      isOwnPicture: Boolean(step.screenshot),
      mark: markOf(call) ?? markOfAsked(step),
      pointer: pointers[index] ?? null,
      isQuestion: Boolean(step.model),
    };
  });
}

/** A question to a model has no place of its own, but the last thing that the model did may have one. */
function markOfAsked({ actions }: ReplayStep): Mark | null {
  const done = (actions ?? []) as readonly (Described & { coordinate?: number[] | null })[];
  return done.map((one) => markOf({ ...one, params: one.params ?? {} })).findLast(Boolean) ?? null;
}
