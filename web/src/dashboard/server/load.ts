import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { may, type Scope } from "./scopes";

/** What a call brought so far. While it is asked again, the last answer stays. */
export interface Loaded<T> {
  data: T | undefined;
  error: unknown;
  /** A call is under way. */
  busy: boolean;
  /** Asks again. */
  again(): Promise<void>;
  /** Puts what another call has just answered in place of the data. */
  set(data: T): void;
}

/**
 * Makes a call when the component appears, and again whenever one of `inputs` changes; an older answer never overtakes.
 * What lacks `scope` is not asked for: `Allowed` says so in its place.
 */
export function useLoad<T>(call: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[], scope?: Scope): Loaded<T> {
  const [state, setState] = useState<{ data: T | undefined; error: unknown; busy: boolean }>({
    data: undefined,
    error: undefined,
    busy: true,
  });
  const running = useRef<AbortController | null>(null);
  const latest = useRef(call);
  latest.current = call;

  const again = useCallback(async () => {
    if (scope && !may(scope)) return;
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setState((before) => ({ ...before, busy: true }));
    try {
      const data = await latest.current(mine.signal);
      if (!mine.signal.aborted) setState({ data, error: undefined, busy: false });
    } catch (error) {
      if (!mine.signal.aborted) setState((before) => ({ ...before, error, busy: false }));
    }
  }, []);

  useEffect(() => {
    setState({ data: undefined, error: undefined, busy: true });
    void again();
    return () => running.current?.abort();
  }, inputs);

  const set = useCallback((data: T) => {
    running.current?.abort(); // what it would answer is older
    setState({ data, error: undefined, busy: false });
  }, []);
  return { ...state, again, set };
}
