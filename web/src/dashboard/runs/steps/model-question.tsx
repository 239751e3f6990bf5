import type { ModelCall } from "nen-client";
import { describe } from "../../actions/describe";
import { MarkedPicture } from "../../actions/marked-picture";
import { markOf } from "../../actions/pointer";
import { Badge } from "../../components/badge";
import { formatCost, formatCount, formatDuration } from "../../components/format";
import { Icon } from "../../components/icon";
import { Json } from "../../components/json";
import { actionsOf, type ModelAction } from "./step-scene";

/** One question to a model: what it saw, said and did, and what that took. */
export function ModelQuestion({ question, count }: { question: ModelCall; count: number }) {
  const { number, model, text, latencyMs, attempts, inputTokens, cachedTokens, outputTokens, costUsd, screenshotBefore, screenshotAfter } = question;
  const actions = actionsOf(question);
  const others = question.actions.filter((one) => !actions.includes(one as ModelAction));
  const picture = screenshotAfter ?? screenshotBefore;
  const mark = actions.map(markOf).findLast((one) => one !== null) ?? null;
  return (
    <li class="question">
      <div class="question-words">
        <header class="row wrap">
          <span class="question-number">
            <Icon name="brain" size={14} />
            {count > 1 ? `${number} of ${count}` : "Model"}
          </span>
          <span class="muted small">{model}</span>
          {attempts > 1 && <Badge tone="warn">asked {attempts} times</Badge>}
        </header>
        {text ? <p class="question-text">{text}</p> : <p class="muted">It said nothing beside its answer.</p>}
        {actions.length > 0 && (
          <ul class="question-actions plain">
            {actions.map((action, index) => (
              <Action key={index} action={action} />
            ))}
          </ul>
        )}
        {others.length > 0 && <Json value={others} />}
        <p class="question-numbers muted small">
          <span>{formatDuration(latencyMs)}</span>
          <span title="Tokens that it read">
            {formatCount(inputTokens)} in{cachedTokens > 0 && `, ${formatCount(cachedTokens)} of them cached`}
          </span>
          <span title="Tokens that it wrote">{formatCount(outputTokens)} out</span>
          <span>{typeof costUsd === "number" ? formatCost(costUsd) : "price not known"}</span>
        </p>
      </div>
      {picture && (
        <figure>
          <a class="step-picture" href={picture} target="_blank" rel="noopener" title="Open the picture in full size">
            <MarkedPicture src={picture} alt={screenshotAfter ? "Screen after what it did" : "Screen that it was shown"} display={null} mark={screenshotAfter ? mark : null} />
          </a>
          <figcaption class="muted small">
            {screenshotAfter ? "After what it did" : "What it saw"}
            {screenshotAfter && screenshotBefore && (
              <a href={screenshotBefore} target="_blank" rel="noopener">
                What it saw
              </a>
            )}
          </figcaption>
        </figure>
      )}
    </li>
  );
}

function Action({ action }: { action: ModelAction }) {
  const { icon, text } = describe(action);
  const failed = action.status === "error";
  return (
    <li class={failed ? "bad" : undefined}>
      <Icon name={failed ? "alert" : icon} size={14} />
      <span class="grow">
        {text}
        {action.error && <span class="step-error">{action.error}</span>}
      </span>
      {action.status === "skipped" && <span class="muted small">skipped</span>}
      {action.status !== "skipped" && typeof action.changed === "boolean" && <span class="muted small">{action.changed ? "changed" : "no change"}</span>}
    </li>
  );
}
