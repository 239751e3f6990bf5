import type { Run, Workflow } from "nen-client";
import { useMemo, useRef, useState } from "preact/hooks";
import { Button, LinkButton } from "../../components/button";
import { ErrorNotice } from "../../components/notice";
import { go, href, part } from "../../router";
import { useTask } from "../../server/task";
import { FIRST_OPTIONS, optionsOf, readOptions } from "./options";
import { OptionsFields } from "./options-fields";
import { ParametersCard } from "./parameters-card";
import { inSourceOrder } from "./parameters/source-order";
import { useParameters } from "./parameters-state";
import type { Errors } from "./parameters/read-entries";
import { NOTHING_REFUSED, refusalOf } from "./refusal";
import { SecretsFields } from "./secrets-fields";
import { startRun } from "./start-run";

/** Everything that a run is given, and the button. Nothing of it is kept anywhere. */
export function StartForm({ workflow, from }: { workflow: Workflow; from: Run | null }) {
  const form = useRef<HTMLFormElement>(null);
  const schema = useMemo(() => inSourceOrder(workflow.paramsSchema, workflow.files ?? []), [workflow]);
  const parameters = useParameters(schema, from?.workflowParams ?? {});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [signingSecret, setSigningSecret] = useState("");
  const [options, setOptions] = useState(() => (from ? optionsOf(from) : FIRST_OPTIONS));
  const [refusal, setRefusal] = useState(NOTHING_REFUSED);
  const names = workflow.secureFields;

  /** Where something is wrong is shown, also when it is far up. */
  const lead = (): void => {
    requestAnimationFrame(() => {
      const wrong = form.current?.querySelector<HTMLElement>("[aria-invalid=true], [role=alert]");
      wrong?.scrollIntoView({ block: "center" });
      wrong?.focus({ preventScroll: true });
    });
  };

  const task = useTask(async () => {
    const read = parameters.read();
    const wanted = readOptions(options);
    const missing: Errors = Object.fromEntries(names.filter((name) => !secrets[name]).map((name) => [name, "This is needed."]));
    const signing = names.length > 0 && signingSecret.trim() === "" ? "This is needed: requests with secrets are signed." : null;
    parameters.setErrors(read?.errors ?? {});
    setRefusal({ ...NOTHING_REFUSED, options: wanted.errors, secrets: missing, signing });
    const isWrong = !read || [read.errors, wanted.errors, missing].some((one) => Object.keys(one).length > 0) || signing !== null;
    if (isWrong) return lead();
    try {
      const { messageId } = await startRun(
        {
          workflowId: workflow.workflowId,
          workflowParams: read.values,
          ...(names.length > 0 && { secureWorkflowParams: secrets }),
          ...wanted.wanted,
        },
        names.length > 0 ? signingSecret.trim() : null,
      );
      go(`/runs/${part(messageId)}`);
    } catch (error) {
      const said = refusalOf(error);
      setRefusal(said);
      parameters.setErrors(said.parameters);
      lead();
    }
  });

  return (
    <form
      class="start"
      ref={form}
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void task.run();
      }}
    >
      {refusal.rest && <ErrorNotice error={new Error(refusal.rest)} />}
      <div class="start-sides">
        <div class="stack">
          <ParametersCard {...parameters} schema={schema} />
          {names.length > 0 && (
            <SecretsFields
              names={names}
              values={secrets}
              signingSecret={signingSecret}
              errors={refusal.secrets}
              signingError={refusal.signing}
              onChange={(values) => {
                setSecrets(values);
                setRefusal({ ...refusal, secrets: {} });
              }}
              onSigningSecret={(value) => {
                setSigningSecret(value);
                setRefusal({ ...refusal, signing: null });
              }}
            />
          )}
        </div>
        <div class="stack">
          <OptionsFields
            options={options}
            errors={refusal.options}
            onChange={(next) => {
              setOptions(next);
              setRefusal({ ...refusal, options: {} });
            }}
          />
        </div>
      </div>
      <footer class="start-bar">
        <LinkButton href={href(`/workflows/${part(workflow.workflowId)}`)}>Back</LinkButton>
        <Button kind="primary" icon="play" type="submit" busy={task.busy}>
          {task.busy ? "Starting" : "Start the run"}
        </Button>
      </footer>
    </form>
  );
}
