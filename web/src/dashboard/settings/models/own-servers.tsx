import type { ModelAlias } from "nen-client";
import { Code } from "../../components/code";
import { Table } from "../../components/table";

/** Servers of models that the operator runs or chose. */
export function OwnServers({ aliases }: { aliases: readonly ModelAlias[] }) {
  if (aliases.length === 0) {
    return (
      <div class="card padded stack tight">
        <p class="muted">
          There is none. Name a server that speaks the chat-completions format in the environment of this one, and ask its models as{" "}
          <code class="settings-inline-code">qwen3-vl@local</code>:
        </p>
        <Code label="Line that names a server" text="export NEN_MODEL_ALIASES=local=http://127.0.0.1:11434/v1" />
      </div>
    );
  }
  return (
    <Table
      label="Servers of models by name"
      rows={aliases}
      keyOf={({ name }) => name}
      columns={[
        { label: "Name", width: "main", cell: ({ name }) => <span class="strong">{name}</span> },
        { label: "Its models are called", cell: ({ name }) => <code class="settings-inline-code">{`<model>@${name}`}</code> },
        { label: "Its key, if it needs one", cell: ({ name }) => <code class="settings-inline-code">{keyVariableOf(name)}</code> },
      ]}
    />
  );
}

const keyVariableOf = (alias: string): string => `NEN_MODEL_KEY_${alias.toUpperCase().replaceAll("-", "_")}`;
