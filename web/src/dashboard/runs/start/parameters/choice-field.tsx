import { SelectField } from "../../../components/fields";
import { enteredOf, type Entered } from "./entry";
import { ParameterField, type ParameterFieldProps } from "./parameter-fields";

/** A value of one of several shapes: which, and then the value. */
export function ChoiceField({ form, parameter, entered, path, onChange }: ParameterFieldProps<Extract<Entered, { kind: "choice" }>>) {
  const { label, description, required, inside } = parameter;
  if (inside.kind !== "choice") return null;
  const chosen = inside.alternatives[entered.at];
  const options = inside.alternatives.map((one, at) => ({ value: String(at), label: one.label }));
  const choose = (at: number): void => {
    const next = inside.alternatives[at];
    onChange({ kind: "choice", at, value: next ? enteredOf(next.parameter, undefined, form.root) : entered.value }, path);
  };
  return (
    <fieldset class="parameter-part">
      <legend>
        {label}
        {!required && <span class="muted optional"> optional</span>}
      </legend>
      <SelectField
        label="Kind"
        value={String(entered.at)}
        hint={description}
        error={chosen ? undefined : form.errors[path]}
        options={required ? options : [{ value: "-1", label: "Not given" }, ...options]}
        onChange={(at) => choose(Number(at))}
      />
      {chosen && (
        <ParameterField
          form={form}
          parameter={{ ...chosen.parameter, required: true, description: undefined, label: chosen.label }}
          entered={entered.value}
          path={path}
          onChange={(value, changed) => onChange({ ...entered, value }, changed)}
        />
      )}
    </fieldset>
  );
}
