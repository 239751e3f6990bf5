import type { Models } from "nen-client";
import { Dot } from "../../components/badge";

/** The model that is asked where a call or a run names none. */
export function DefaultModel({ models }: { models: Models }) {
  return (
    <div class="card padded stack tight">
      <div class="settings-card-head">
        <code class="default-model">{models.default}</code>
        <Dot tone={models.defaultUsable ? "good" : "warn"}>{models.defaultUsable ? "Can be used" : "Cannot be used yet"}</Dot>
      </div>
      <p class="muted small">
        {models.defaultUsable
          ? "It is asked where a call or a run names no other. "
          : "The server has no way to ask it: give it the key of the provider, below, or name another default. Until then agents fail where no other model is named. "}
        Another default is named by <code class="settings-inline-code">NEN_MODEL</code> in the server’s environment.
      </p>
    </div>
  );
}
