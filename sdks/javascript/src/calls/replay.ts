import type { Download } from "../download.js";
import type { RequestOptions } from "../options.js";
import type { Transport } from "../transport.js";
import type { Replay } from "../types/replay.js";
import { fromWire } from "../wire.js";
import { read } from "./files.js";

/** What is wanted of a replay. */
export interface ReplayOptions extends RequestOptions {
  /** `links` when left out; `inline` puts the pictures themselves in place of their paths, as `data:` URLs: a replay to keep, which can be large. */
  images?: "links" | "inline";
}

/** How an animation is made. */
export interface AnimationOptions extends RequestOptions {
  /** How many times faster than it happened, 1 to 100; 4 when left out. Long pauses are shortened all the same. */
  speed?: number;
}

/** `of` is the path of the desktop or the run. */
export async function replay(transport: Transport, of: string, options: ReplayOptions = {}): Promise<Replay> {
  const { images } = options;
  const call = { method: "GET", path: `${of}/replay`, query: { images }, long: true, options } as const;
  return fromWire(await transport.object(call));
}

/** `of` is the path of the desktop or the run. */
export async function replayAnimation(
  transport: Transport,
  of: string,
  options: AnimationOptions = {},
): Promise<Download> {
  const { speed } = options;
  return read(transport, { method: "GET", path: `${of}/replay.webp`, query: { speed } }, options, ["image/"]);
}
