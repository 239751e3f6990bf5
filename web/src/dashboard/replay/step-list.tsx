import { formatClock, formatCompact, formatCost, formatDuration } from "../components/format";
import { Icon } from "../components/icon";
import { LongList } from "../components/long-list";
import type { Scene } from "./scenes";

/** All steps; a click shows one. */
export function StepList({ scenes, index, startedAt, onShow }: { scenes: readonly Scene[]; index: number; startedAt: number; onShow(index: number): void }) {
  return (
    <LongList label="Steps" count={scenes.length} rowHeight={54} current={index}>
      {(at) => {
        const scene = scenes[at];
        return scene && <StepRow scene={scene} isCurrent={at === index} startedAt={startedAt} onShow={() => onShow(at)} />;
      }}
    </LongList>
  );
}

function StepRow({ scene, isCurrent, startedAt, onShow }: { scene: Scene; isCurrent: boolean; startedAt: number; onShow(): void }) {
  const { step, description, isQuestion } = scene;
  const failed = step.status === "error";
  const text = isQuestion ? (step.reasoning ?? description.text) : description.text;
  return (
    <button type="button" class={`replay-step ${failed ? "failed" : isQuestion ? "is-question" : ""}`} aria-current={isCurrent ? "step" : undefined} onClick={onShow}>
      <span class="replay-step-icon">
        <Icon name={failed ? "alert" : isQuestion ? "brain" : description.icon} />
      </span>
      <span class="replay-step-text">
        <span class="clip">{text}</span>
        <span class="replay-step-facts muted small">
          <span>{formatClock(step.at - startedAt)}</span>
          {typeof step.durationMs === "number" && step.durationMs >= 0.5 && <span>{formatDuration(step.durationMs)}</span>}
          {isQuestion && <span>{formatCompact((step.inputTokens ?? 0) + (step.outputTokens ?? 0))} tokens</span>}
          {typeof step.costUsd === "number" && <span>{formatCost(step.costUsd)}</span>}
          {step.status === "skipped" && <span>skipped</span>}
          {step.status === "running" && <span>running</span>}
        </span>
      </span>
    </button>
  );
}
