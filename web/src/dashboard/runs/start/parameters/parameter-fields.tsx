import type { Schema } from "../../../schema/schema";
import { SchemaFields } from "../../../schema/schema-fields";
import { ChoiceField } from "./choice-field";
import type { Entered, Entries } from "./entry";
import { ListField } from "./list-field";
import { MapField } from "./map-field";
import { ObjectField } from "./object-field";
import { alone, type Parameter } from "./parameter";
import { below, type Errors } from "./read-entries";
import "./parameter-fields.css";

/** What each part of the form knows of the whole. */
export interface Form {
  /** The schema with the definitions. */
  root: Schema;
  errors: Errors;
}

/** Fields for all parameters of an object. `onChange` also tells the path of what was changed. */
export function ParameterFields(props: {
  form: Form;
  parameters: readonly Parameter[];
  entries: Entries;
  path: string;
  onChange(entries: Entries, path: string): void;
}) {
  const { form, parameters, entries, path, onChange } = props;
  return (
    <div class="parameter-fields">
      {parameters.map((parameter) => {
        const entered = entries[parameter.name];
        return (
          entered && (
            <ParameterField
              key={parameter.name}
              form={form}
              parameter={parameter}
              entered={entered}
              path={below(path, parameter.name)}
              onChange={(value, changed) => onChange({ ...entries, [parameter.name]: value }, changed)}
            />
          )
        );
      })}
    </div>
  );
}

export interface ParameterFieldProps<E extends Entered = Entered> {
  form: Form;
  parameter: Parameter;
  entered: E;
  path: string;
  onChange(entered: Entered, path: string): void;
}

/** Whatever a parameter needs to be entered. */
export function ParameterField(props: ParameterFieldProps) {
  const { form, parameter, entered, path, onChange } = props;
  switch (entered.kind) {
    case "object":
      return <ObjectField {...props} entered={entered} />;
    case "list":
      return <ListField {...props} entered={entered} />;
    case "map":
      return <MapField {...props} entered={entered} />;
    case "choice":
      return <ChoiceField {...props} entered={entered} />;
    default: {
      const { name } = parameter;
      const error = errorAt(form.errors, path);
      return (
        <SchemaFields
          schema={alone(withUsual(parameter), form.root)}
          draft={{ [name]: entered.text }}
          errors={error ? { [name]: error } : {}}
          onChange={(draft) => onChange({ kind: "field", text: draft[name] ?? "" }, path)}
        />
      );
    }
  }
}

/** What is wrong with a value, or with anything inside it: it has no other field that could tell. */
function errorAt(errors: Errors, path: string): string | undefined {
  return errors[path] ?? Object.entries(errors).find(([at]) => at.startsWith(`${path}.`))?.[1];
}

/** Says what counts when a field with a default is left empty. */
function withUsual(parameter: Parameter): Parameter {
  const { default: usual, description, entry } = parameter;
  const isTold = (typeof usual === "string" && usual !== "") || typeof usual === "number";
  if (!isTold || entry === "choice" || entry === "flag") return parameter;
  const text = `Left empty, it is ${String(usual)}.`;
  return { ...parameter, description: description ? `${/[.!?]$/.test(description) ? description : `${description}.`} ${text}` : text };
}
