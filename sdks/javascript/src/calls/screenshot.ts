import type { Download } from "../download.js";
import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Transport } from "../transport.js";
import type { ImageOptions } from "../types/action.js";
import type { ReadOptions } from "../types/file.js";
import { read } from "./files.js";

/** How a picture of the screen is taken. */
export interface ScreenshotOptions extends ImageOptions, RequestOptions {
  /** Only this part of the screen: left, top, width and height in pixels. */
  region?: readonly [x: number, y: number, width: number, height: number];
  /** Whether to look without being noticed: a paused desktop stays so, a `ConflictError`, and the idle time goes on. */
  peek?: boolean;
  /** ETag of a picture seen before: while the screen still looks like that, nothing is sent and `notModified` is true. */
  ifNoneMatch?: string;
}

export async function screenshot(transport: Transport, id: string, options: ScreenshotOptions = {}): Promise<Download> {
  const { format, quality, maxWidth, maxHeight, region, cursor, peek } = options;
  const query = {
    format,
    quality,
    max_width: maxWidth,
    max_height: maxHeight,
    region: region?.join(","),
    cursor,
    peek,
  };
  return read(transport, { method: "GET", path: route`/desktops/${id}/screenshot`, query }, options, ["image/"]);
}

/** `entry` is an entry's id, or the path that it has. */
export async function toolLogScreenshot(
  transport: Transport,
  id: string,
  entry: number | string,
  options: ReadOptions = {},
): Promise<Download> {
  const number = typeof entry === "string" && entry.startsWith("/") ? entry.split("/").at(-2) : String(entry);
  const path = route`/desktops/${id}/tool-logs/${number ?? ""}/screenshot`;
  return read(transport, { method: "GET", path }, options, ["image/"]);
}
