import { Choice, TextAreaField } from "../../components/fields";
import { Note } from "../../components/notice";
import type { Schema } from "../../schema/schema";
import type { Entries } from "./parameters/entry";
import type { Parameter } from "./parameters/parameter";
import { ParameterFields } from "./parameters/parameter-fields";
import type { Errors } from "./parameters/read-entries";

export type Mode = "form" | "json";

/** The parameters, as a form or as JSON. */
export function ParametersCard(props: {
  schema: Schema;
  parameters: readonly Parameter[];
  entries: Entries;
  errors: Errors;
  mode: Mode;
  json: string;
  jsonError: string | null;
  onMode(mode: Mode): void;
  onEntries(entries: Entries, path: string): void;
  onJson(text: string): void;
}) {
  const { schema, parameters, entries, errors, mode, json, jsonError, onMode, onEntries, onJson } = props;
  const isEmpty = parameters.length === 0;
  return (
    <section class="card" aria-label="Parameters">
      <header>
        <h2 class="grow">Parameters</h2>
        {!isEmpty && (
          <Choice
            label="Enter them as"
            quiet
            value={mode}
            options={[
              { value: "form", label: "Form" },
              { value: "json", label: "JSON" },
            ]}
            onChange={onMode}
          />
        )}
      </header>
      <div class="body stack">
        {typeof schema["description"] === "string" && <p class="muted">{schema["description"]}</p>}
        {isEmpty && mode === "form" && <Note>This workflow takes no parameters.</Note>}
        {mode === "form" ? (
          <ParameterFields form={{ root: schema, errors }} parameters={parameters} entries={entries} path="" onChange={onEntries} />
        ) : (
          <>
            <TextAreaField label="Parameters as JSON" quiet code rows={Math.min(30, Math.max(10, json.split("\n").length + 1))} value={json} error={jsonError} onChange={onJson} />
            <JsonErrors errors={errors} />
          </>
        )}
      </div>
    </section>
  );
}

/** What the server said about values that have no field of their own here. */
function JsonErrors({ errors }: { errors: Errors }) {
  const all = Object.entries(errors);
  if (all.length === 0) return null;
  return (
    <ul class="start-json-errors" role="alert">
      {all.map(([path, words]) => (
        <li key={path}>
          <code>{path}</code> {words}
        </li>
      ))}
    </ul>
  );
}
