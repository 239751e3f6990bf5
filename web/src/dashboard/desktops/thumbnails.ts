import { type Signal, signal } from "@preact/signals";
import { nen } from "../server/client";
import { onEvent } from "../server/events";

/** The last picture of a desktop that this page has. */
export interface Thumbnail {
  /** Of a blob. */
  url: string;
  etag: string | undefined;
  /** When it was asked for, in milliseconds since the epoch. */
  askedAt: number;
}

/** Enough for a sharp card on a dense screen, and a tenth of the bytes of the whole screen. */
const WIDTH = 560;
/** Questions at once: the browser has six connections for this host, and others need some. */
const AT_ONCE = 2;

const kept = new Map<string, Signal<Thumbnail | undefined>>();
const waiting = new Map<string, AbortSignal>();
let running = 0;

export function thumbnailOf(id: string): Signal<Thumbnail | undefined> {
  let found = kept.get(id);
  if (!found) {
    found = signal(undefined);
    kept.set(id, found);
  }
  return found;
}

/** Asks for a newer picture when its turn comes; a desktop waits only once. Without a change nothing is sent. */
export function askForThumbnail(id: string, signal: AbortSignal): void {
  waiting.set(id, signal);
  next();
}

function next(): void {
  for (const [id, signal] of waiting) {
    if (running >= AT_ONCE) return;
    waiting.delete(id);
    if (signal.aborted) continue;
    running += 1;
    void fetchThumbnail(id, signal).finally(() => {
      running -= 1;
      next();
    });
  }
}

async function fetchThumbnail(id: string, abort: AbortSignal): Promise<void> {
  const thumbnail = thumbnailOf(id);
  const before = thumbnail.peek();
  const askedAt = Date.now();
  try {
    const picture = await nen.desktop(id).picture({
      format: "webp",
      quality: 72,
      maxWidth: WIDTH,
      peek: true,
      signal: abort,
      maxRetries: 0,
      timeout: 15_000,
      ...(before?.etag && { ifNoneMatch: before.etag }),
    });
    if (picture.notModified && before) {
      thumbnail.value = { ...before, askedAt };
      return;
    }
    const bytes = (await picture.bytes()) as Uint8Array<ArrayBuffer>;
    const url = URL.createObjectURL(new Blob([bytes], { type: picture.mediaType }));
    thumbnail.value = { url, etag: picture.etag, askedAt };
    if (before) URL.revokeObjectURL(before.url);
  } catch {
    // It was paused or deleted meanwhile, or the server is away: the card says that by itself, the old picture stays.
  }
}

onEvent(({ kind, desktopId: id }) => {
  if (kind !== "desktop.deleted") return;
  const url = kept.get(id)?.peek()?.url;
  if (url) URL.revokeObjectURL(url);
  kept.delete(id);
});
