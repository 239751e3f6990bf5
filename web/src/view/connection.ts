import RFB from "@novnc/novnc";
import type { ViewApi } from "./api";
import { backoff } from "./backoff";
import { gateInput } from "./input-gate";
import type { EndReason, Store } from "./state";

/** WebSocket close codes of the server. */
const SESSION_ENDED = 4001;
const TOKEN_REJECTED = 4003;
/** A connection that held this long was a good one: the next loss starts over with short waits. */
const STEADY_MS = 10_000;

/**
 * Keeps one RFB connection to the desktop. A lost connection is opened again with growing waits; one that the server
 * ended, or whose token it does not accept, is not.
 */
export class Connection {
  #rfb: RFB | null = null;
  #attempt = 0;
  #timer = 0;
  #connectedAt = 0;

  constructor(
    private readonly screen: HTMLElement,
    private readonly api: ViewApi,
    private readonly store: Store,
    /** Called with each new connection before it carries anything. */
    private readonly prepare: (rfb: RFB) => void,
  ) {
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.retry());
  }

  /** The connection when it is up. */
  get rfb(): RFB | null {
    return this.store.state.phase.kind === "connected" ? this.#rfb : null;
  }

  /** Asks whether the token, or the cookie, is good and connects. A refused WebSocket tells a page nothing, this answer does. */
  async open(): Promise<void> {
    clearTimeout(this.#timer);
    this.store.set({ phase: { kind: "connecting" } });
    const answer = await this.api.state();
    if (answer.kind === "rejected") return this.end("token_rejected");
    if (answer.kind === "unknown") return this.end("token_missing");
    if (answer.kind === "forbidden") return this.end("forbidden");
    if (answer.kind === "gone") return this.end("session_ended");
    if (answer.kind !== "ok") return this.#wait();
    this.store.set({ session: answer.session });
    this.#connect();
  }

  /** Tries again now instead of at the end of the wait. */
  retry(): void {
    if (this.store.state.phase.kind === "waiting") void this.open();
  }

  /** Ends the view for good. */
  end(reason: EndReason): void {
    clearTimeout(this.#timer);
    this.store.set({ phase: { kind: "ended", reason } });
    const rfb = this.#rfb;
    this.#rfb = null;
    rfb?.disconnect();
  }

  #connect(): void {
    const socket = new WebSocket(this.api.socketUrl(), ["binary"]);
    let code = 0;
    // noVNC keeps the close code to itself; this listener is registered first, so it is known by `disconnect`.
    socket.addEventListener("close", (event) => (code = event.code));
    gateInput(socket, () => !rfb.viewOnly);
    const rfb = new RFB(this.screen, socket, { shared: true });
    this.#rfb = rfb;
    this.prepare(rfb);
    rfb.addEventListener("connect", () => {
      this.#connectedAt = Date.now();
      this.store.set({ phase: { kind: "connected" } });
    });
    rfb.addEventListener("disconnect", () => {
      if (this.#rfb !== rfb) return;
      this.#rfb = null;
      if (code === SESSION_ENDED) return this.end("session_ended");
      if (code === TOKEN_REJECTED) return this.end("token_rejected");
      this.#wait();
    });
  }

  #wait(): void {
    if (this.#connectedAt && Date.now() - this.#connectedAt > STEADY_MS) this.#attempt = 0;
    this.#connectedAt = 0;
    const delay = backoff(this.#attempt++);
    this.store.set({ phase: { kind: "waiting", retryAt: Date.now() + delay } });
    this.#timer = window.setTimeout(() => void this.open(), delay);
  }
}
