import { CheckField } from "../../../components/fields";
import { entriesOf } from "./entry";
import { ParameterFields, type ParameterFieldProps } from "./parameter-fields";
import type { Entered } from "./entry";
import { PartError } from "./part-error";

/** An object inside: its fields under its name; one that may be left out begins with a tick. */
export function ObjectField({ form, parameter, entered, path, onChange }: ParameterFieldProps<Extract<Entered, { kind: "object" }>>) {
  const { label, description, required, inside } = parameter;
  if (inside.kind !== "object") return null;
  const parameters = entered.isOn ? inside.parameters() : [];
  const turn = (isOn: boolean): void => {
    const isNew = Object.keys(entered.values).length === 0;
    onChange({ kind: "object", isOn, values: isOn && isNew ? entriesOf(inside.parameters(), {}, form.root) : entered.values }, path);
  };
  return (
    <fieldset class="parameter-part">
      {required ? <legend>{label}</legend> : <legend class="unseen">{label}</legend>}
      {required ? description && <p class="field-hint">{description}</p> : <CheckField label={<strong>{label}</strong>} hint={description} checked={entered.isOn} onChange={turn} />}
      <PartError error={form.errors[path]} />
      {entered.isOn && (
        <div class="parameter-inside">
          <ParameterFields
            form={form}
            parameters={parameters}
            entries={entered.values}
            path={path}
            onChange={(values, changed) => onChange({ ...entered, values }, changed)}
          />
        </div>
      )}
    </fieldset>
  );
}
