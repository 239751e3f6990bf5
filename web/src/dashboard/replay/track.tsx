import { useRef } from "preact/hooks";
import type { Moments } from "./moments";
import type { Player } from "./player";
import type { Scene } from "./scenes";

/** The time line: a mark for each step, and a handle to be moved by mouse, finger or keys. */
export function Track({ scenes, moments, player }: { scenes: readonly Scene[]; moments: Moments; player: Player }) {
  const rail = useRef<HTMLDivElement>(null);
  const { index, count, position, seek } = player;
  const scrub = (event: PointerEvent): void => {
    const box = rail.current?.getBoundingClientRect();
    if (box) seek(((event.clientX - box.left) / box.width) * moments.total);
  };
  const scene = scenes[index];
  return (
    <div
      class="track"
      role="slider"
      tabIndex={0}
      aria-label="Time line"
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={index + 1}
      aria-valuetext={`Step ${index + 1} of ${count}: ${scene?.description.text ?? ""}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrub(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && scrub(event)}
    >
      <div class="track-rail" ref={rail}>
        <div class="track-done" style={{ width: `${(position / moments.total) * 100}%` }} />
        <Marks scenes={scenes} moments={moments} />
        <div class="track-handle" style={{ left: `${(position / moments.total) * 100}%` }} />
      </div>
    </div>
  );
}

/** Thousands of steps are three paths, one for each kind. */
function Marks({ scenes, moments }: { scenes: readonly Scene[]; moments: Moments }) {
  const pathOf = (wanted: (scene: Scene) => boolean): string =>
    scenes.map((scene, index) => (wanted(scene) ? `M${((moments.offsets[index] ?? 0) / moments.total) * 1000} 0V1` : "")).join("");
  const failed = ({ step }: Scene): boolean => step.status === "error";
  return (
    <svg class="track-marks" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">
      <path class="action" d={pathOf((scene) => !failed(scene) && !scene.isQuestion)} />
      <path class="is-question" d={pathOf((scene) => !failed(scene) && scene.isQuestion)} />
      <path class="failed" d={pathOf(failed)} />
    </svg>
  );
}
