import { useEffect, useRef } from "preact/hooks";
import type { Scene } from "./scenes";

const AHEAD = 4;
const BEHIND = 1;
/** Decoded pictures are large; so many are kept. */
const MOST = 12;

/** Fetches and decodes the pictures around a step, so that the next one is there at once. */
export function usePreload(scenes: readonly Scene[], index: number): void {
  const kept = useRef(new Map<string, HTMLImageElement>());
  useEffect(() => {
    const near = scenes.slice(Math.max(0, index - BEHIND), index + AHEAD + 1);
    for (const { picture } of near) {
      if (!picture || kept.current.has(picture)) continue;
      const image = new Image();
      image.src = picture;
      image.decode().catch(() => undefined); // what is gone is told where it is shown
      kept.current.set(picture, image);
    }
    for (const old of kept.current.keys()) {
      if (kept.current.size <= MOST) break;
      if (!near.some(({ picture }) => picture === old)) kept.current.delete(old);
    }
  }, [scenes, index]);
}
