import type { Run } from "nen-client";
import { MarkedPicture } from "../../actions/marked-picture";
import { LinkButton } from "../../components/button";
import { Code } from "../../components/code";
import { Facts } from "../../components/facts";
import { formatCompact, formatCost, formatDateTime, formatDuration } from "../../components/format";
import { Json } from "../../components/json";
import { href, part } from "../../router";
import { ModelQuestion } from "./model-question";
import { argsOf, type StepScene, spentOn } from "./step-scene";

/** What a step was given, what it answered, what it saw, and what models were asked. */
export function StepDetails({ run, scene }: { run: Run; scene: StepScene }) {
  const { step, description, mark, pointer } = scene;
  const questions = step.modelCalls ?? [];
  if (questions.length > 0) {
    return (
      <>
        <div class="step-sides even">
          <Given run={run} scene={scene} />
          <Answered scene={scene} />
        </div>
        <ol class="questions plain" aria-label="Questions to the model">
          {questions.map((question) => (
            <ModelQuestion key={question.number} question={question} count={questions.length} />
          ))}
        </ol>
      </>
    );
  }
  const picture = step.screenshot;
  return (
    <div class={picture ? "step-sides" : "stack"}>
      {picture && (
        <a class="step-picture" href={picture} target="_blank" rel="noopener" title="Open the picture in full size">
          <MarkedPicture src={picture} alt={`Screen after: ${description.text}`} display={null} mark={mark} pointer={pointer} />
        </a>
      )}
      <div class="stack">
        <Given run={run} scene={scene} />
        <Answered scene={scene} />
      </div>
    </div>
  );
}

function Given({ run, scene }: { run: Run; scene: StepScene }) {
  const { step, replayNumber } = scene;
  const args = argsOf(step);
  const spent = spentOn(step);
  return (
    <div class="stack">
      <Facts
        items={[
          ["Call", <code>{step.call}</code>],
          ["Began", formatDateTime(step.startedAt)],
          ["Took", typeof step.durationMs === "number" ? formatDuration(step.durationMs) : null],
          ["Models", spent ? `${formatCompact(spent.tokens)} tokens, ${formatCost(spent.costUsd)}` : null],
        ]}
      />
      {Object.keys(args).length > 0 && (
        <div class="stack tight">
          <h3>Arguments</h3>
          <Json value={args} />
        </div>
      )}
      <div class="row wrap">
        <LinkButton small icon="replay" href={href(`/runs/${part(run.messageId)}/replay`, { at: replayNumber })}>
          Replay from here
        </LinkButton>
      </div>
    </div>
  );
}

function Answered({ scene: { step } }: { scene: StepScene }) {
  const hasAnswer = step.output !== undefined && step.output !== null;
  if (!step.error && !hasAnswer) return null;
  return (
    <div class="stack">
      {step.error && (
        <div class="stack tight">
          <h3>Error</h3>
          <Code label="Error" text={step.error} wrap />
        </div>
      )}
      {hasAnswer && (
        <div class="stack tight">
          <h3>Answer</h3>
          <Json value={step.output} />
        </div>
      )}
    </div>
  );
}
