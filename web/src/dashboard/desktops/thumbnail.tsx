import type { Desktop } from "nen-client";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../components/icon";
import { activityOf, learn } from "./activity";
import { useInSight } from "./sight";
import { askForThumbnail, thumbnailOf } from "./thumbnails";

/** The screen rests this long before it is asked for: actions often come in rows. */
const REST_MS = 500;
/** What changes without an event, such as a page that loads, is seen this much later. */
const SLOW_MS = 15_000;

/** The screen of a desktop, small: asked for when it may have changed, and only while it is in sight. */
export function Thumbnail({ desktop }: { desktop: Desktop }) {
  const { desktopId: id, display, status } = desktop;
  const box = useRef<HTMLDivElement>(null);
  const isInSight = useInSight(box);
  const isRunning = status === "running";
  const activity = activityOf(id);
  const changes = activity.changes.value;
  const live = thumbnailOf(id).value;
  // A desktop that rests shows what was seen after its last action: that picture is kept and wakes nothing.
  const picture = live?.url ?? (isRunning ? undefined : activity.lastAction.value?.screenshot);

  useEffect(() => {
    if (!isInSight) return;
    void learn(id);
  }, [isInSight]);

  useEffect(() => {
    if (!isInSight || !isRunning) return; // what rests does not change
    const leave = new AbortController();
    const ask = (): void => askForThumbnail(id, leave.signal);
    const kept = thumbnailOf(id).peek();
    const isOld = !kept || Date.now() - kept.askedAt > SLOW_MS;
    const soon = setTimeout(ask, isOld && changes === 0 ? 0 : REST_MS);
    const slowly = setInterval(ask, SLOW_MS);
    return () => {
      leave.abort();
      clearTimeout(soon);
      clearInterval(slowly);
    };
  }, [isInSight, isRunning, changes]);

  return (
    <div class={`thumbnail ${status}`} ref={box} style={{ aspectRatio: `${display.width} / ${display.height}` }}>
      {picture ? <img src={picture} alt="" loading="lazy" /> : <span class="thumbnail-none" aria-hidden="true" />}
      {!isRunning && (
        <span class="thumbnail-veil">
          <Icon name={status === "error" ? "alert" : status === "paused" ? "pause" : "clock"} size={26} />
        </span>
      )}
    </div>
  );
}
