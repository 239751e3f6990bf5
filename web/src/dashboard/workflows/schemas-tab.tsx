import type { Workflow } from "nen-client";
import { Badge } from "../components/badge";
import { Code } from "../components/code";
import { Loaded } from "../components/loading";
import { Section } from "../components/page";
import { inSourceOrder } from "../runs/start/parameters/source-order";
import type { Schema } from "../schema/schema";
import { SchemaTable } from "./schema-table";
import { useVersion } from "./use-version";
import { VersionNote } from "./version-note";

/** What a run is given and what it answers, for people, and as JSON Schema for programs. */
export function SchemasTab({ workflow, version }: { workflow: Workflow; version: number }) {
  const answer = useVersion(workflow, version);
  return (
    <div class="stack loose">
      <VersionNote workflow={workflow} version={version} />
      <Loaded answer={answer} gone={`There is no version ${version}.`}>
        {({ paramsSchema, resultSchema, secureFields, files }) => (
          <>
            <Part title="Parameters" schema={inSourceOrder(paramsSchema, files ?? [])} none="It takes no parameters." />
            {secureFields.length > 0 && (
              <Section title="Secrets" lead="Typed on the desktop by the server; the workflow gets references only. A request that brings them is signed.">
                <div class="row wrap">
                  {secureFields.map((name) => (
                    <Badge key={name} icon="lock">
                      {name}
                    </Badge>
                  ))}
                </div>
              </Section>
            )}
            <Part title="Result" schema={inSourceOrder(resultSchema, files ?? [])} none="Its result has no fields." isAnswer />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Part({ title, schema, none, isAnswer }: { title: string; schema: Schema; none: string; isAnswer?: boolean }) {
  const description = schema["description"];
  return (
    <Section title={title} lead={typeof description === "string" ? description : undefined}>
      <SchemaTable label={`Fields of the ${title.toLowerCase()}`} schema={schema} none={none} isAnswer={isAnswer} />
      <details class="schema-json">
        <summary>JSON Schema</summary>
        <Code label={`JSON Schema of the ${title.toLowerCase()}`} text={JSON.stringify(schema, null, 2)} />
      </details>
    </Section>
  );
}
