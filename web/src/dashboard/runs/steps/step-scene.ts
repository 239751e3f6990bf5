import type { ModelCall, Step } from "nen-client";
import { callOf } from "../../actions/call";
import { type Described, type Description, describe } from "../../actions/describe";
import { type Mark, markOf, pointersOf } from "../../actions/pointer";

/** An action that a model asked for, as a step holds it. */
export interface ModelAction extends Described {
  coordinate?: number[] | null;
  changed?: boolean | null;
  status: string;
  output?: unknown;
  error?: string | null;
}

/** A step as it is shown. */
export interface StepScene {
  step: Step;
  call: Described;
  description: Description;
  mark: Mark | null;
  /** Where the pointer rested after it. */
  pointer: readonly [number, number] | null;
  /** Number of its first picture in the replay of the run, where each question to a model counts for itself. */
  replayNumber: number;
}

export function scenesOf(steps: readonly Step[]): StepScene[] {
  let replayNumber = 1;
  let pointer: readonly [number, number] | null = null;
  return steps.map((step) => {
    const call = callOf(step.call, argsOf(step));
    const own = [call, ...(step.modelCalls ?? []).flatMap(actionsOf)];
    pointer = pointersOf(own).at(-1) ?? pointer;
    const scene = { step, call, description: describe(call), mark: markOf(call), pointer, replayNumber };
    replayNumber += Math.max(1, step.modelCalls?.length ?? 0);
    return scene;
  });
}

/** What a model had done, with what came of it. */
export function actionsOf({ actions }: ModelCall): ModelAction[] {
  return actions.filter((one): one is ModelAction => typeof one === "object" && one !== null && "action" in one && "tool" in one);
}

/** The arguments that were given; those left out stand as null on the wire. */
export function argsOf({ args }: Step): Record<string, unknown> {
  if (typeof args !== "object" || args === null) return {};
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
}

/** What the questions of a step took together. */
export function spentOn({ modelCalls = [] }: Step): { tokens: number; costUsd: number } | null {
  if (modelCalls.length === 0) return null;
  return {
    tokens: modelCalls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0),
    costUsd: modelCalls.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
  };
}
