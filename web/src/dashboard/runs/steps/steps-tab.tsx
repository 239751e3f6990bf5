import type { Run } from "nen-client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Skeleton } from "../../components/loading";
import { LoadMore } from "../../components/load-more";
import { CheckField } from "../../components/fields";
import { Empty, ErrorNotice } from "../../components/notice";
import { place, setQuery } from "../../router";
import { isOver } from "../run-time";
import { useRunSteps } from "./run-steps";
import { StepRow } from "./step-row";
import { scenesOf } from "./step-scene";
import "./steps.css";

/** Rows that are drawn at first, and more at each wish. */
const DRAWN = 200;

/** Every call that a run made of the package, oldest first. */
export function StepsTab({ run }: { run: Run }) {
  const { steps, error, again } = useRunSteps(run);
  const scenes = useMemo(() => scenesOf(steps ?? []), [steps]);
  const [drawn, setDrawn] = useState(DRAWN);
  const [onlyFailed, setOnlyFailed] = useState(false);
  const open = Number(place.value.query.get("step") ?? 0);
  useEffect(() => {
    const at = scenes.findIndex(({ step }) => step.number === open);
    if (at >= drawn) setDrawn(at + DRAWN); // a link leads to it
  }, [scenes, open]);

  if (steps === undefined) return error === undefined ? <Skeleton lines={6} height={40} /> : <ErrorNotice error={error} again={() => void again()} />;
  if (steps.length === 0) {
    return (
      <Empty icon="cursor" title={isOver(run) ? "It made no step" : "No step yet"}>
        Each call that the workflow makes of <code>Computer</code> and <code>Agent</code> stands here, with a picture of the screen after it.
      </Empty>
    );
  }
  const failed = scenes.filter(({ step }) => step.status === "error");
  const shown = onlyFailed && failed.length > 0 ? failed : scenes;
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} again={() => void again()} />}
      {failed.length > 0 && scenes.length > 10 && <CheckField label={`Only what failed (${failed.length})`} checked={onlyFailed} onChange={setOnlyFailed} />}
      <ol class="steps plain card" aria-label="Steps, oldest first">
        {shown.slice(0, drawn).map((scene) => (
          <StepRow
            key={scene.step.number}
            run={run}
            scene={scene}
            isOpen={scene.step.number === open}
            onToggle={() => setQuery({ tab: "steps", step: scene.step.number === open ? null : scene.step.number })}
          />
        ))}
      </ol>
      <LoadMore more={shown.length > drawn} busy={false} onMore={() => setDrawn(drawn + DRAWN)} label={`Show more of ${shown.length} steps`} />
    </>
  );
}
