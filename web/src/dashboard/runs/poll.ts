import { useEffect, useRef } from "preact/hooks";

/**
 * Does something again and again while somebody looks at the page: `every` milliseconds after it was done, and at once
 * when the page comes back into sight. Null for not at all.
 */
export function usePoll(work: (signal: AbortSignal) => Promise<void>, every: number | null): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    if (every === null) return;
    const leave = new AbortController();
    let timer = 0;
    let running = false;
    const next = (): void => {
      clearTimeout(timer);
      if (!leave.signal.aborted && document.visibilityState === "visible") timer = window.setTimeout(() => void turn(), every);
    };
    const turn = async (): Promise<void> => {
      if (running) return;
      running = true;
      try {
        await latest.current(leave.signal);
      } catch {
        // The next turn asks again; what shows the data tells when it is old.
      } finally {
        running = false;
        next();
      }
    };
    const look = (): void => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") void turn();
    };
    document.addEventListener("visibilitychange", look);
    next();
    return () => {
      leave.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [every]);
}
