import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

const BEYOND = 8; // rows above and below what is in sight

/** A list of any length whose rows are equally high: only those in sight are drawn. `current` is kept in sight. */
export function LongList(props: { label: string; count: number; rowHeight: number; current: number; children(index: number): ComponentChildren }) {
  const { label, count, rowHeight, current, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watcher = new ResizeObserver(() => setHeight(element.clientHeight));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const at = current * rowHeight;
    if (at < element.scrollTop) element.scrollTop = at;
    if (at + rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = at + rowHeight - element.clientHeight;
  }, [current, rowHeight]);

  const from = Math.max(0, Math.floor(top / rowHeight) - BEYOND);
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + BEYOND);
  return (
    <div class="long-list" ref={box} tabIndex={-1} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <ol class="plain" aria-label={label} style={{ height: `${count * rowHeight}px`, paddingTop: `${from * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, to - from) }, (_, offset) => {
          const index = from + offset;
          return (
            <li key={index} aria-setsize={count} aria-posinset={index + 1} style={{ height: `${rowHeight}px` }}>
              {children(index)}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
