import type { Download } from "../download.js";
import type { RequestOptions } from "../options.js";
import { route } from "../route.js";
import type { Transport } from "../transport.js";
import type { ImageOptions } from "../types/action.js";
import { read } from "./files.js";

/** How a picture of the screen is taken. */
export interface ScreenshotOptions extends ImageOptions, RequestOptions {
  /** Only this part of the screen: left, top, width and height in pixels. */
  region?: readonly [x: number, y: number, width: number, height: number];
  /** ETag of a picture seen before: while the screen still looks like that, nothing is sent and `notModified` is true. */
  ifNoneMatch?: string;
}

export async function screenshot(transport: Transport, id: string, options: ScreenshotOptions = {}): Promise<Download> {
  const { format, quality, maxWidth, maxHeight, region, cursor } = options;
  const query = {
    format,
    quality,
    max_width: maxWidth,
    max_height: maxHeight,
    region: region?.join(","),
    cursor,
  };
  return read(transport, { method: "GET", path: route`/desktops/${id}/screenshot`, query }, options, ["image/"]);
}
