import { NumberField, TextField } from "../../components/fields";
import { formatDuration } from "../../components/format";
import { DesktopFields } from "./desktop-fields";
import { ModelField } from "./model-field";
import { type Options, USUAL_QUEUE_TIMEOUT, USUAL_TIMEOUT } from "./options";
import type { Errors } from "./parameters/read-entries";

/** On which desktop, with which model, how long, and who is told. */
export function OptionsFields(props: { options: Options; errors: Errors; onChange(options: Options): void }) {
  const { options, errors, onChange } = props;
  const set = (change: Partial<Options>): void => onChange({ ...options, ...change });
  return (
    <>
      <section class="card" aria-label="Desktop">
        <header>
          <h2>Desktop</h2>
        </header>
        <div class="body stack">
          <DesktopFields options={options} errors={errors} set={set} />
        </div>
      </section>
      <section class="card" aria-label="Options">
        <header>
          <h2>Options</h2>
        </header>
        <div class="body stack">
          <ModelField value={options.model} error={errors["model"]} onChange={(model) => set({ model })} />
          <NumberField
            label="Budget for models"
            optional
            unit="US$"
            min={0}
            step="any"
            value={options.maxCost}
            error={errors["max_cost_usd"]}
            hint="Once it is used up, the next question to a model fails."
            onChange={(maxCost) => set({ maxCost })}
          />
          <TextField
            label="Webhook"
            optional
            inputMode="url"
            placeholder="https://example.com/nen"
            value={options.webhook}
            error={errors["webhook_callback"]}
            hint="Told when the run starts, and how it ends."
            onChange={(webhook) => set({ webhook })}
          />
          <div class="fields-row">
            <SecondsField label="Time for the run" field="timeout_seconds" usual={USUAL_TIMEOUT} value={options.timeout} errors={errors} onChange={(timeout) => set({ timeout })} />
            <SecondsField label="Time to wait" field="queue_timeout_seconds" usual={USUAL_QUEUE_TIMEOUT} value={options.queueTimeout} errors={errors} onChange={(queueTimeout) => set({ queueTimeout })} />
          </div>
          <TextField
            label="Concurrency key"
            optional
            maxLength={255}
            placeholder="portal-account-7"
            value={options.concurrencyKey}
            error={errors["concurrency_key"]}
            hint="Of runs with the same key one goes at a time."
            onChange={(concurrencyKey) => set({ concurrencyKey })}
          />
        </div>
      </section>
    </>
  );
}

function SecondsField(props: { label: string; field: string; usual: number; value: string; errors: Errors; onChange(value: string): void }) {
  const { label, field, usual, value, errors, onChange } = props;
  const seconds = value === "" ? usual : Number(value);
  return (
    <NumberField
      label={label}
      unit="s"
      min={1}
      max={86_400}
      placeholder={String(usual)}
      value={value}
      error={errors[field]}
      hint={seconds > 0 ? formatDuration(seconds * 1000) : undefined}
      onChange={onChange}
    />
  );
}
