import type { Run, RunFilter } from "nen-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { nen } from "../server/client";
import { usePoll } from "./poll";
import { isOver } from "./run-time";

/** Runs by a filter, newest first, kept up to date. */
export interface RunList {
  /** Undefined before the first answer. */
  runs: readonly Run[] | undefined;
  error: unknown;
  /** There are older ones. */
  more: boolean;
  busy: boolean;
  loadMore(): Promise<void>;
  again(): Promise<void>;
  /** Puts what a call has just answered in place. */
  put(run: Run): void;
}

/** Something goes on: looked at often. Else only for what others start. */
const BUSY_MS = 1500;
const QUIET_MS = 6000;
const OPEN_AT_ONCE = 10;

export function useRunList(filter: RunFilter, size = 50): RunList {
  const [runs, setRuns] = useState<readonly Run[] | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const key = JSON.stringify(filter);
  const current = useRef(key);
  const known = useRef(runs);
  known.current = runs;

  const ask = async (signal?: AbortSignal): Promise<void> => {
    const asked = key;
    try {
      const page = await nen.runs.page({ ...filter, limit: size, ...(signal && { signal }) });
      if (current.current !== asked) return;
      const changed = await changedBelow(page.runs, known.current ?? [], signal);
      if (current.current !== asked) return;
      // With more new ones than a page holds there is a gap to what was there: then it begins anew.
      const isAnew = page.nextCursor === undefined || !touches(page.runs, known.current ?? []);
      if (isAnew) setCursor(page.nextCursor);
      setRuns((before) => (isAnew ? page.runs : merged(page.runs, before ?? [], changed, filter)));
      setError(undefined);
    } catch (failure) {
      if (current.current === asked && !signal?.aborted) setError(failure);
    }
  };

  useEffect(() => {
    current.current = key;
    known.current = undefined;
    setRuns(undefined);
    setCursor(undefined);
    setError(undefined);
    void ask();
  }, [key]);

  const isBusy = runs?.some((run) => !isOver(run)) ?? false;
  usePoll(ask, runs === undefined ? null : isBusy ? BUSY_MS : QUIET_MS);

  const loadMore = async (): Promise<void> => {
    if (cursor === undefined || busy) return;
    setBusy(true);
    const asked = key;
    try {
      const page = await nen.runs.page({ ...filter, limit: size, cursor });
      if (current.current !== asked) return;
      setRuns((before) => joined(before ?? [], page.runs));
      setCursor(page.nextCursor);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };

  const put = (run: Run): void => setRuns((before) => before?.map((old) => (old.messageId === run.messageId ? run : old)));
  return { runs, error, more: cursor !== undefined, busy, loadMore, again: () => ask(), put };
}

/** Runs that were going and are on the newest page no more are asked for by themselves: the oldest start first. */
async function changedBelow(page: readonly Run[], before: readonly Run[], signal: AbortSignal | undefined): Promise<Map<string, Run>> {
  const newest = new Set(page.map(({ messageId }) => messageId));
  const open = before.filter((run) => !newest.has(run.messageId) && !isOver(run)).slice(-OPEN_AT_ONCE);
  return new Map(await Promise.all(open.map(async ({ messageId }) => [messageId, await nen.runs.get(messageId, signal && { signal })] as const)));
}

/** The newest page over what was there; what fits the filter no longer goes. */
function merged(page: readonly Run[], before: readonly Run[], changed: ReadonlyMap<string, Run>, { status }: RunFilter): Run[] {
  const oldest = page.at(-1)?.createdAt ?? 0;
  const older = before.filter(({ createdAt }) => createdAt <= oldest).map((run) => changed.get(run.messageId) ?? run);
  return joined(page, older.filter((run) => status === undefined || run.runStatus === status));
}

function touches(page: readonly Run[], before: readonly Run[]): boolean {
  const newest = new Set(page.map(({ messageId }) => messageId));
  return before.some(({ messageId }) => newest.has(messageId));
}

function joined(first: readonly Run[], then: readonly Run[]): Run[] {
  const ids = new Set(first.map(({ messageId }) => messageId));
  return [...first, ...then.filter(({ messageId }) => !ids.has(messageId))];
}
