import { CheckField, NumberField, SelectField, TextAreaField, TextField } from "../components/fields";
import type { Draft } from "./draft";
import { type Property, propertiesOf, type Schema } from "./schema";

/** A field for each property of a JSON Schema. What is typed stays in `draft`; `readDraft` makes values of it. */
export function SchemaFields(props: {
  schema: Schema;
  draft: Draft;
  errors?: Readonly<Record<string, string>> | undefined;
  onChange(draft: Draft): void;
  /** Told which property is being filled in. */
  onFocus?: ((name: string) => void) | undefined;
  /** Properties that are not shown while they are typed. */
  secret?: readonly string[] | undefined;
}) {
  const { schema, draft, errors = {}, onChange, onFocus, secret = [] } = props;
  return (
    <>
      {propertiesOf(schema).map((property) => (
        <div class="schema-field" key={property.name} onFocusIn={() => onFocus?.(property.name)}>
          <PropertyField
            property={property}
            value={draft[property.name] ?? ""}
            error={errors[property.name]}
            isSecret={secret.includes(property.name)}
            onChange={(value) => onChange({ ...draft, [property.name]: value })}
          />
        </div>
      ))}
    </>
  );
}

function PropertyField(props: { property: Property; value: string; error: string | undefined; isSecret: boolean; onChange(value: string): void }) {
  const { property, value, error, isSecret, onChange } = props;
  const { entry, label, description, required, options } = property;
  const common = { label, hint: description, error, optional: !required, value, onChange };
  if (isSecret) return <TextField {...common} type="password" autoComplete="new-password" />;
  switch (entry) {
    case "flag":
      if (required || property.default !== undefined) {
        return <CheckField label={label} hint={description} checked={value === "true"} onChange={(checked) => onChange(String(checked))} />;
      }
      return <SelectField {...common} options={[{ value: "", label: "Not said" }, { value: "true", label: "Yes" }, { value: "false", label: "No" }]} />;
    case "choice": {
      const choices = options.map((option) => (typeof option === "string" ? option : JSON.stringify(option)));
      const none = required && value !== "" ? [] : [{ value: "", label: required ? "Choose…" : "Not said" }];
      return <SelectField {...common} options={[...none, ...choices.map((choice) => ({ value: choice, label: choice }))]} />;
    }
    case "integer":
    case "number":
      return <NumberField {...common} step={entry === "integer" ? 1 : "any"} />;
    case "tuple":
      return <TextField {...common} inputMode="numeric" placeholder={Number(property.schema["minItems"]) === 2 ? "640, 400" : "0, 0, 640, 400"} />;
    case "date":
      return <TextField {...common} type="date" />;
    case "time":
      return <TextField {...common} type="datetime-local" />;
    case "long":
      return <TextAreaField {...common} />;
    case "lines":
      return <TextAreaField {...common} rows={3} hint={<>{description} One on each line.</>} />;
    case "json":
      return <TextAreaField {...common} code hint={<>{description} As JSON.</>} />;
    default:
      return <TextField {...common} type={property.schema["format"] === "password" ? "password" : "text"} />;
  }
}
