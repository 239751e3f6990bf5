import type { Run, Step } from "nen-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { nen } from "../../server/client";
import { usePoll } from "../poll";
import { isOver } from "../run-time";

/** The steps of a run, kept up to date while it goes. */
export interface RunSteps {
  /** Undefined before the first answer. */
  steps: readonly Step[] | undefined;
  error: unknown;
  again(): Promise<void>;
}

const PAGE = 500;
const LIVE_MS = 1000;

export function useRunSteps(run: Run): RunSteps {
  const id = run.messageId;
  const [steps, setSteps] = useState<readonly Step[] | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const known = useRef<readonly Step[]>([]);

  const ask = async (signal?: AbortSignal): Promise<void> => {
    try {
      let now = settled(known.current);
      for (;;) {
        const page = await nen.runs.steps(id, { after: now.at(-1)?.number ?? 0, limit: PAGE, ...(signal && { signal }) });
        now = [...now, ...page];
        if (page.length < PAGE) break;
      }
      if (signal?.aborted) return;
      known.current = now;
      setSteps(now);
      setError(undefined);
    } catch (failure) {
      if (!signal?.aborted) setError(failure);
    }
  };

  // At its end once more: what was running has ended then.
  const over = isOver(run);
  useEffect(() => {
    const leave = new AbortController();
    void ask(leave.signal);
    return () => leave.abort();
  }, [id, over]);
  usePoll(ask, over ? null : LIVE_MS);
  return { steps, error, again: () => ask() };
}

/** Those that change no more: all up to the first that is running. */
function settled(steps: readonly Step[]): readonly Step[] {
  const open = steps.findIndex(({ status }) => status === "running");
  return open < 0 ? steps : steps.slice(0, open);
}
