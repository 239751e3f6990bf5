import { Button, IconButton } from "../../../components/button";
import { TextField } from "../../../components/fields";
import { enteredOf, type Entered } from "./entry";
import { ParameterField, type ParameterFieldProps } from "./parameter-fields";
import { PartError } from "./part-error";
import { below } from "./read-entries";

/** Values under names that the person makes up. */
export function MapField({ form, parameter, entered, path, onChange }: ParameterFieldProps<Extract<Entered, { kind: "map" }>>) {
  const { label, description, required, inside } = parameter;
  if (inside.kind !== "map") return null;
  const { values } = entered;
  const put = (next: typeof values, changed: string): void => onChange({ kind: "map", values: next }, changed);
  const set = (at: number, name: string, value: Entered, changed: string): void => put(values.map((old, other) => (other === at ? [name, value] : old)), changed);
  return (
    <fieldset class="parameter-part">
      <legend>
        {label}
        {!required && <span class="muted optional"> optional</span>}
      </legend>
      {description && <p class="field-hint">{description}</p>}
      {values.map(([name, value], at) => (
        <div class="parameter-item" key={at}>
          <div class="parameter-pair grow">
            <TextField label="Name" value={name} onChange={(text) => set(at, text, value, path)} />
            <ParameterField
              form={form}
              parameter={{ ...inside.value(name), label: "Value" }}
              entered={value}
              path={below(path, name)}
              onChange={(next, changed) => set(at, name, next, changed)}
            />
          </div>
          <IconButton label={`Remove ${name || `row ${at + 1}`}`} icon="trash" small onClick={() => put(values.filter((_, other) => other !== at), path)} />
        </div>
      ))}
      <PartError error={form.errors[path]} />
      <div>
        <Button small icon="plus" onClick={() => put([...values, ["", enteredOf(inside.value(""), undefined, form.root)]], path)}>
          Add a row
        </Button>
      </div>
    </fieldset>
  );
}
