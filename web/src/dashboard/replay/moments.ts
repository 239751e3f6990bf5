import type { ReplayStep } from "nen-client";

/** A pause between two steps lasts no longer than this when it is played. */
const LONGEST_S = 3;
/** What happened at once is still seen one after the other. */
const SHORTEST_S = 0.4;
/** How long the last step is shown. */
const REST_S = 1;

/** Where each step stands on the time line that is played, in seconds; long pauses are shortened. */
export interface Moments {
  offsets: readonly number[];
  total: number;
}

export function momentsOf(steps: readonly ReplayStep[]): Moments {
  const offsets: number[] = [];
  let at = 0;
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (before) at += Math.min(LONGEST_S, Math.max(SHORTEST_S, step.at - before.at));
    offsets.push(at);
  }
  return { offsets, total: at + REST_S };
}

/** Which step is shown at a place of the time line. */
export function stepAt({ offsets }: Moments, seconds: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}
