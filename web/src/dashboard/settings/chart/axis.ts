const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** Marks of an axis that begins at 0 and reaches at least `most`, at round distances. */
export function marksTo(most: number, isCount: boolean): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = STEPS.map((step) => Number((step * power).toPrecision(6))).filter((step) => !isCount || Number.isInteger(step));
  const step = steps.find((candidate) => candidate >= rough) ?? Math.max(1, 10 * power);
  const last = Math.ceil(most / step - 1e-9);
  return Array.from({ length: last + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

/** Which of `count` places get a label, where each needs `room` of `width`: the last one does, and others evenly before it. */
export function labelled(count: number, width: number, room: number): number[] {
  const fit = Math.max(1, Math.floor(width / room));
  const stride = Math.max(1, Math.ceil(count / fit));
  const places: number[] = [];
  for (let index = count - 1; index >= 0; index -= stride) places.unshift(index);
  return places;
}
