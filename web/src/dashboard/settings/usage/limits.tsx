import type { UsageLimits } from "nen-client";
import { formatCount } from "../../components/format";
import { href } from "../../router";
import { Meter, toneOf } from "../meter";

/** How much of what may be there at once is there. */
export function Limits({ limits }: { limits: UsageLimits }) {
  return (
    <div class="settings-cards">
      <Limit title="Desktops" about="that are not deleted" path="/desktops" used={limits.desktops.used} most={limits.desktops.most} option="--max-desktops-per-workspace" />
      <Limit title="Runs" about="in execution; more wait in line" path="/runs" used={limits.runs.used} most={limits.runs.most} option="--max-runs-per-workspace" />
    </div>
  );
}

function Limit(props: { title: string; about: string; path: string; used: number; most: number; option: string }) {
  const { title, about, path, used, most, option } = props;
  return (
    <section class="card padded stack tight" aria-label={`${title} at once`}>
      <div class="row wrap apart">
        <h3>
          <a class="quiet" href={href(path)}>
            {title}
          </a>{" "}
          <span class="muted usage-limit-about">{about}</span>
        </h3>
        <span>
          <strong>{formatCount(used)}</strong> <span class="muted">of {formatCount(most)}</span>
        </span>
      </div>
      <Meter label={`${title} at once`} used={used} most={most} spoken={`${used} of ${most}`} tone={toneOf(used, most)} />
      <p class="muted small">
        {used >= most && "None more can begin until one of them ends. "}
        Set by <code class="settings-inline-code">{option}</code> of the server.
      </p>
    </section>
  );
}
