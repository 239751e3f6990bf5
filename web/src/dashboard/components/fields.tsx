import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Field, type FieldProps } from "./field";
import { Icon } from "./icon";

/** What can be said about the control itself. */
interface Extras {
  name?: string;
  placeholder?: string;
  autoComplete?: string;
  autoFocus?: boolean;
  spellcheck?: boolean;
  inputMode?: "text" | "decimal" | "numeric" | "url" | "email" | "search";
  maxLength?: number;
  disabled?: boolean;
  required?: boolean;
  readOnly?: boolean;
  onBlur?: () => void;
}

interface TextExtras extends Extras {
  type?: "text" | "password" | "url" | "email" | "date" | "datetime-local" | "time" | "month";
  /** Id of a `datalist` with what is mostly wanted. */
  list?: string;
}

interface NumberExtras extends Extras {
  min?: number;
  max?: number;
  step?: number | "any";
}

export function TextField(props: FieldProps & { value: string; onChange(value: string): void } & TextExtras) {
  const { label, hint, error, quiet, optional, value, onChange, type = "text", ...rest } = props;
  return (
    <Field {...{ label, hint, error, quiet, optional }}>
      {(ties) => (
        <input type={type as "text"} autoComplete="off" {...rest} {...ties} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
    </Field>
  );
}

/** `value` is the text as typed, so that what is no number can be shown and told. */
export function NumberField(props: FieldProps & { value: string; onChange(value: string): void; unit?: string | undefined } & NumberExtras) {
  const { label, hint, error, quiet, optional, value, onChange, unit, ...rest } = props;
  return (
    <Field {...{ label, hint, error, quiet, optional }}>
      {(ties) => (
        <span class="with-unit">
          <input type="number" {...rest} {...ties} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
          {unit && <span class="muted">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

export function TextAreaField(props: FieldProps & { value: string; onChange(value: string): void; code?: boolean | undefined } & Extras & { rows?: number }) {
  const { label, hint, error, quiet, optional, value, onChange, code, ...rest } = props;
  return (
    <Field {...{ label, hint, error, quiet, optional }}>
      {(ties) => (
        <textarea
          rows={4}
          spellcheck={!code}
          class={code ? "mono" : undefined}
          {...rest}
          {...ties}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Option {
  value: string;
  label: string;
}

export function SelectField(props: FieldProps & { value: string; options: readonly Option[]; onChange(value: string): void; disabled?: boolean }) {
  const { label, hint, error, quiet, optional, value, options, onChange, disabled } = props;
  return (
    <Field {...{ label, hint, error, quiet, optional }}>
      {(ties) => (
        <span class="select">
          <select {...ties} value={value} disabled={disabled ?? false} onChange={(event) => onChange(event.currentTarget.value)}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="chevronDown" size={14} />
        </span>
      )}
    </Field>
  );
}

export function CheckField(props: { label: ComponentChildren; hint?: ComponentChildren; checked: boolean; disabled?: boolean; onChange(checked: boolean): void }) {
  const { label, hint, checked, disabled, onChange } = props;
  const id = useId();
  return (
    <div class="check-field">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled ?? false}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{label}</label>
        {hint && (
          <div class="field-hint" id={`${id}-hint`}>
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}

/** One of a few, all in sight. */
export function Choice<V extends string>(props: {
  label: string;
  quiet?: boolean | undefined;
  value: V;
  options: readonly { value: V; label: string; title?: string }[];
  onChange(value: V): void;
}) {
  const { label, quiet, value, options, onChange } = props;
  const name = useId();
  return (
    <fieldset class="choice-field">
      <legend class={quiet ? "unseen" : undefined}>{label}</legend>
      <div class="choice">
        {options.map((option) => (
          <label key={option.value} title={option.title} class={option.value === value ? "chosen" : undefined}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A field to search in a list. */
export function SearchField({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  return (
    <div class="search-field">
      <Icon name="search" />
      <input type="search" aria-label={label} placeholder={label} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
    </div>
  );
}
