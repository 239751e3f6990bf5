import type { LogRecord } from "nen-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { nen } from "../../server/client";

/** The log of a run, read to its end and then on for as long as the run goes. */
export interface RunLog {
  lines: readonly LogRecord[];
  /** `reading` up to the first line or the end, `following` while more may come. */
  state: "reading" | "following" | "ended" | "failed";
  error: unknown;
  again(): void;
}

export function useRunLog(runId: string): RunLog {
  const [lines, setLines] = useState<readonly LogRecord[]>([]);
  const [state, setState] = useState<RunLog["state"]>("reading");
  const [error, setError] = useState<unknown>(undefined);
  const [attempt, setAttempt] = useState(0);
  const kept = useRef<LogRecord[]>([]);

  useEffect(() => {
    const leave = new AbortController();
    let frame = 0;
    const show = (): void => {
      frame = 0;
      setLines([...kept.current]);
      setState((before) => (before === "reading" ? "following" : before));
    };
    const read = async (): Promise<void> => {
      const after = kept.current.at(-1)?.seq;
      try {
        for await (const record of nen.runs.followLogs(runId, { signal: leave.signal, ...(after !== undefined && { after }) })) {
          kept.current.push(record);
          frame ||= requestAnimationFrame(show); // lines come by the thousand: they are drawn together
        }
        if (leave.signal.aborted) return;
        cancelAnimationFrame(frame);
        show();
        setState("ended");
      } catch (failure) {
        if (leave.signal.aborted) return;
        setError(failure);
        setState("failed");
      }
    };
    setError(undefined);
    setState("reading");
    void read();
    return () => {
      leave.abort();
      cancelAnimationFrame(frame);
    };
  }, [runId, attempt]);

  return { lines, state, error, again: () => setAttempt((count) => count + 1) };
}
