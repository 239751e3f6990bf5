import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { sentence } from "./sentence";
import { toast } from "../components/toast";

/** Something that a person set off: it runs once at a time, and a failure is told. */
export interface Task<A extends unknown[]> {
  run(...input: A): Promise<void>;
  busy: boolean;
  error: unknown;
  clear(): void;
}

/** `quiet`: the caller shows `error` itself; otherwise a toast tells it. */
export function useTask<A extends unknown[]>(work: (...input: A) => Promise<unknown>, { quiet = false } = {}): Task<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const latest = useRef(work);
  const running = useRef(false);
  const there = useRef(true);
  latest.current = work;
  useEffect(() => {
    there.current = true;
    return () => void (there.current = false);
  }, []);
  const run = useCallback(async (...input: A) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await latest.current(...input);
    } catch (failure) {
      if (quiet && there.current) setError(failure);
      else toast(sentence(failure), "bad");
    } finally {
      running.current = false;
      if (there.current) setBusy(false);
    }
  }, []);
  return { run, busy, error, clear: useCallback(() => setError(undefined), []) };
}
