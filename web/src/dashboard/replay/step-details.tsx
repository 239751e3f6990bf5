import { callOf } from "../actions/call";
import { actorName, describe } from "../actions/describe";
import { Status } from "../components/badge";
import { Code } from "../components/code";
import { Facts } from "../components/facts";
import { formatCost, formatCount, formatDateTime, formatDuration } from "../components/format";
import { Icon } from "../components/icon";
import { Json } from "../components/json";
import type { Scene } from "./scenes";

/** All that is known about one step: what the model said and cost, what was called, what came of it. */
export function StepDetails({ scene }: { scene: Scene }) {
  const { step, isQuestion } = scene;
  const { reasoning, model, output, error, args, actions } = step;
  return (
    <section class="step-details card padded" aria-label="This step">
      {reasoning && (
        <figure class="reasoning">
          <figcaption class="row small muted">
            <Icon name="brain" size={14} />
            What {model ?? "the model"} said
          </figcaption>
          <blockquote>{reasoning}</blockquote>
        </figure>
      )}
      {isQuestion && (
        <Facts
          wide
          items={[
            ["Model", <code>{model}</code>],
            ["Answered in", typeof step.latencyMs === "number" ? formatDuration(step.latencyMs) : null],
            ["Tokens in", <Tokens count={step.inputTokens} cached={step.cachedTokens} />],
            ["Tokens out", <Tokens count={step.outputTokens} />],
            ["Cost", typeof step.costUsd === "number" ? formatCost(step.costUsd) : "price not known"],
          ]}
        />
      )}
      {actions && actions.length > 0 && <Actions actions={actions as Asked[]} />}
      {error && <p class="bad">{error}</p>}
      <Facts
        wide
        items={[
          ["Call", <code>{step.call}</code>],
          ["State", <Status status={step.status} />],
          ["By", actorName(step.actor)],
          ["Began", formatDateTime(step.at)],
          ["Took", typeof step.durationMs === "number" ? formatDuration(step.durationMs) : null],
          ["Screen", typeof step.changed === "boolean" ? (step.changed ? "changed" : "did not change") : null],
          ["Of step", step.ofStep ?? null],
        ]}
      />
      {Object.keys(args).length > 0 && (
        <div class="stack tight">
          <h2>With</h2>
          <Json value={args} />
        </div>
      )}
      {output !== undefined && output !== null && output !== "" && (
        <div class="stack tight">
          <h2>Answer</h2>
          {typeof output === "string" ? <Code label="Answer" text={output} wrap /> : <Json value={output} />}
        </div>
      )}
    </section>
  );
}

function Tokens({ count, cached }: { count: number | null | undefined; cached?: number | null | undefined }) {
  if (typeof count !== "number") return <>not known</>;
  return (
    <>
      {formatCount(count)}
      {cached ? <span class="muted"> ({formatCount(cached)} cached)</span> : null}
    </>
  );
}

/** What the model asked for, as the run wrote it down. */
interface Asked {
  tool?: string;
  action?: string;
  params?: Record<string, unknown>;
  status?: string;
  error?: string | null;
}

function Actions({ actions }: { actions: readonly Asked[] }) {
  return (
    <div class="stack tight">
      <h2>It asked for</h2>
      <ul class="asked plain">
        {actions.map((asked, index) => {
          const { icon, text } = describe(callOf(`${asked.tool ?? ""}.${asked.action ?? ""}`, asked.params ?? {}));
          const failed = asked.status === "error" || asked.status === "refused";
          return (
            <li key={index} class={failed ? "bad" : undefined}>
              <Icon name={failed ? "alert" : icon} size={14} />
              <span>
                {text}
                {asked.error && <span class="small">: {asked.error}</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
