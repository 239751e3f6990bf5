import type { ModelProvider } from "nen-client";
import { Dot } from "../../components/badge";
import { Code } from "../../components/code";

const NAMES: Record<string, string> = { anthropic: "Anthropic", openai: "OpenAI", gemini: "Google Gemini" };

/** A provider of models: whether it can be asked, what it has, and what is missing. */
export function ProviderCard({ provider }: { provider: ModelProvider }) {
  const name = NAMES[provider.name] ?? provider.name;
  return (
    <section class="card provider" aria-label={name}>
      <header>
        <h3 class="grow">{name}</h3>
        <Dot tone={provider.configured ? "good" : "neutral"}>{provider.configured ? "Ready" : "No key"}</Dot>
      </header>
      <div class="body stack">
        {provider.configured ? (
          <>
            <p class="muted small">
              Key from <code class="settings-inline-code">{provider.keyVariable}</code>. Models whose price is known; others of it can be
              used, too:
            </p>
            <ModelNames names={provider.models} />
          </>
        ) : (
          <>
            <p class="muted small">To use it, start the server with its key:</p>
            <Code label={`Line that sets the key of ${name}`} text={`export ${provider.keyVariable}=…`} />
            <details class="provider-more">
              <summary>{provider.models.length} models with a known price</summary>
              <ModelNames names={provider.models} />
            </details>
          </>
        )}
      </div>
    </section>
  );
}

function ModelNames({ names }: { names: readonly string[] }) {
  return (
    <ul class="plain model-names">
      {names.map((name) => (
        <li key={name} class="settings-inline-code">
          {name}
        </li>
      ))}
    </ul>
  );
}
