import { useId } from "preact/hooks";
import { Button, IconButton } from "./button";

export type Pairs = readonly (readonly [name: string, value: string])[];

/** Names and values that a person makes up: labels, environment. Rows without a name count for nothing. */
export function PairsField(props: {
  label: string;
  hint?: string | undefined;
  /** What one row is called: "label". */
  of: string;
  value: Pairs;
  onChange(value: Pairs): void;
  namePlaceholder?: string;
  valuePlaceholder?: string;
}) {
  const { label, hint, of, value, onChange, namePlaceholder, valuePlaceholder } = props;
  const id = useId();
  const set = (at: number, pair: readonly [string, string]): void => onChange(value.map((old, index) => (index === at ? pair : old)));
  return (
    <fieldset class="pairs-field" aria-describedby={hint ? id : undefined}>
      <legend>{label}</legend>
      {value.map(([name, text], index) => (
        <div class="row" key={index}>
          <input aria-label={`Name of ${of} ${index + 1}`} placeholder={namePlaceholder} value={name} onInput={(event) => set(index, [event.currentTarget.value, text])} />
          <input aria-label={`Value of ${of} ${index + 1}`} placeholder={valuePlaceholder} value={text} onInput={(event) => set(index, [name, event.currentTarget.value])} />
          <IconButton label={`Remove ${of} ${index + 1}`} icon="cross" small onClick={() => onChange(value.filter((_, other) => other !== index))} />
        </div>
      ))}
      <Button small icon="plus" onClick={() => onChange([...value, ["", ""]])}>
        Add {of}
      </Button>
      {hint && (
        <div class="field-hint" id={id}>
          {hint}
        </div>
      )}
    </fieldset>
  );
}

/** What the rows say, as the server takes it; undefined when they say nothing. */
export function recordOf(pairs: Pairs): Record<string, string> | undefined {
  const named = pairs.filter(([name]) => name.trim() !== "").map(([name, value]) => [name.trim(), value] as const);
  return named.length ? Object.fromEntries(named) : undefined;
}
