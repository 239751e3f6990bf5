import { TimeoutError } from "./errors.js";

// Longer waits overflow the timers of browsers and Node.js and would end at once.
const LONGEST_MS = 2 ** 31 - 1;

const late = (seconds: number): string => `was not answered within ${seconds} s: give it a longer timeout`;

/** Ends a request: when its time is over, when its caller says so, or when nobody reads on. */
export class Clock {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #what: string;
  #over = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `what` names the request in errors; `outer` is the caller's own signal. */
  constructor(what: string, outer?: AbortSignal) {
    this.#what = what;
    this.#outer = outer;
    if (outer?.aborted) this.#controller.abort(outer.reason);
    else outer?.addEventListener("abort", this.#leave, { once: true });
  }

  /** For `fetch`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Begins anew: the request ends after so many milliseconds unless {@link stop} comes first. `said` tells why. */
  start(milliseconds: number, said: (seconds: number) => string = late): void {
    this.stop();
    if (this.#over || milliseconds > LONGEST_MS) return;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new TimeoutError(`${this.#what} ${said(milliseconds / 1000)}`));
    }, milliseconds);
  }

  /** Lets the request take as long as it likes, until {@link start}. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The request is over; what was not read of its answer is dropped. */
  close(): void {
    this.done();
    this.#controller.abort();
  }

  /** The answer is read: nothing is left to end. */
  done(): void {
    this.#over = true;
    this.stop();
    this.#outer?.removeEventListener("abort", this.#leave);
  }

  /** Why the request was ended from here, if it was. */
  get reason(): unknown {
    return this.signal.aborted ? this.signal.reason : undefined;
  }

  readonly #leave = (): void => this.#controller.abort(this.#outer?.reason);
}
