import type { Run } from "nen-client";
import { useEffect, useId, useRef } from "preact/hooks";
import { Badge } from "../../components/badge";
import { formatClock, formatCost, formatDateTime, formatDuration } from "../../components/format";
import { Icon } from "../../components/icon";
import { StepDetails } from "./step-details";
import { type StepScene, spentOn } from "./step-scene";

/** One call: a sentence, when and how long; opened, its picture and all that is known. */
export function StepRow({ run, scene, isOpen, onToggle }: { run: Run; scene: StepScene; isOpen: boolean; onToggle(): void }) {
  const { step, description } = scene;
  const id = useId();
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) row.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const failed = step.status === "error";
  const spent = spentOn(step);
  const asked = step.modelCalls?.length ?? 0;
  return (
    <li class={`step ${step.status} ${isOpen ? "open" : ""}`} ref={row}>
      <button type="button" class="step-row" aria-expanded={isOpen} aria-controls={isOpen ? id : undefined} onClick={onToggle}>
        <span class="step-number muted">{step.number}</span>
        <span class="step-icon">{step.status === "running" ? <span class="spinner" aria-hidden="true" /> : <Icon name={failed ? "alert" : description.icon} />}</span>
        <span class="step-text">
          <span class="step-sentence">{description.text}</span>
          {failed && step.error && <span class="step-error">{step.error}</span>}
        </span>
        <span class="step-facts muted">
          {asked > 0 && (
            <Badge tone="accent" icon="brain">
              {asked} {asked === 1 ? "question" : "questions"}
            </Badge>
          )}
          {spent && spent.costUsd > 0 && <span>{formatCost(spent.costUsd)}</span>}
          <span class="step-took">{typeof step.durationMs === "number" ? formatDuration(step.durationMs) : step.status === "running" ? "running" : "–"}</span>
          <time class="step-at" dateTime={new Date(step.startedAt * 1000).toISOString()} title={`${formatDateTime(step.startedAt)}, after the start of the run`}>
            {formatClock(step.startedAt - (run.startedAt ?? run.createdAt))}
          </time>
        </span>
        <Icon name={isOpen ? "chevronDown" : "chevronRight"} size={14} />
      </button>
      {isOpen && (
        <div id={id} class="step-more">
          <StepDetails run={run} scene={scene} />
        </div>
      )}
    </li>
  );
}
