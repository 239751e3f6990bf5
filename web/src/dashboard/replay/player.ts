import { useEffect, useRef, useState } from "preact/hooks";
import { type Moments, stepAt } from "./moments";

export const SPEEDS = [1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];

/** Where the replay is, and what moves it. Steps are counted from 0 here. */
export interface Player {
  index: number;
  count: number;
  /** Seconds on the time line. */
  position: number;
  isPlaying: boolean;
  speed: Speed;
  setSpeed(speed: Speed): void;
  /** Shows a step and stops there. */
  show(index: number): void;
  /** Goes to a place of the time line, as in scrubbing, and stops there. */
  seek(seconds: number): void;
  toggle(): void;
}

/** Plays moments at speed; at the end it starts over. */
export function usePlayer(moments: Moments, first: number): Player {
  const count = moments.offsets.length;
  const [position, setPosition] = useState(moments.offsets[first] ?? 0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const now = useRef(position);
  now.current = position;

  useEffect(() => {
    if (!isPlaying) return;
    let frame = 0;
    let before = performance.now();
    const move = (time: number): void => {
      const next = now.current + ((time - before) / 1000) * speed;
      before = time;
      now.current = Math.min(next, moments.total);
      setPosition(now.current);
      if (next >= moments.total) setPlaying(false);
      else frame = requestAnimationFrame(move);
    };
    frame = requestAnimationFrame(move);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, speed, moments]);

  const seek = (seconds: number): void => {
    setPlaying(false);
    setPosition(Math.max(0, Math.min(seconds, moments.total)));
  };
  return {
    index: stepAt(moments, position),
    count,
    position,
    isPlaying,
    speed,
    setSpeed,
    seek,
    show: (index) => seek(moments.offsets[Math.max(0, Math.min(index, count - 1))] ?? 0),
    toggle: () => {
      if (!isPlaying && position >= moments.total) setPosition(0);
      setPlaying(!isPlaying);
    },
  };
}

/** Arrows, Page up and down, Home, End and space move the player, wherever the focus is, except where they mean something else. */
export function usePlayerKeys(player: Player): void {
  const latest = useRef(player);
  latest.current = player;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || isTaken(event)) return;
      const { index, count, show, toggle } = latest.current;
      const to = { ArrowLeft: index - 1, ArrowRight: index + 1, PageUp: index - 10, PageDown: index + 10, Home: 0, End: count - 1 }[event.key];
      if (to !== undefined) show(to);
      else if (event.key === " ") toggle();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element) || document.querySelector("dialog[open]")) return true;
  if (target.closest("input, select, textarea, [role=menu], pre")) return true;
  return key === " " && target.closest("button, a, summary") !== null;
}
