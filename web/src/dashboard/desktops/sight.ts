import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Whether an element is in sight: inside the window, or nearly, of a tab that is looked at. */
export function useInSight(element: RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false);
  const [isShown, setShown] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const watcher = new IntersectionObserver((entries) => setNear(entries.at(-1)?.isIntersecting ?? false), { rootMargin: "120px" });
    if (element.current) watcher.observe(element.current);
    const turn = (): void => setShown(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", turn);
    return () => {
      watcher.disconnect();
      document.removeEventListener("visibilitychange", turn);
    };
  }, []);
  return isNear && isShown;
}
