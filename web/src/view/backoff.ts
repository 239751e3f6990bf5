const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Milliseconds before attempt number `attempt` (0 is the first), up to a fifth sooner so that many viewers do not return at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(full * (1 - 0.2 * random()));
}
