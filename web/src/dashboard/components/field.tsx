import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./fields.css";
import { Icon } from "./icon";

/** What every field has. */
export interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | null | undefined;
  /** The label is for screen readers only, as in a search field. */
  quiet?: boolean | undefined;
  /** Said beside the label. */
  optional?: boolean | undefined;
}

/** Attributes that tie a control to its label, hint and error. */
export interface Ties {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}

/** A label, the control that `children` makes, and below it the hint or the error. */
export function Field({ label, hint, error, quiet, optional, children }: FieldProps & { children(ties: Ties): ComponentChildren }) {
  const id = useId();
  const below = `${id}-below`;
  return (
    <div class={`field ${error ? "wrong" : ""}`}>
      <div class={quiet ? "unseen" : "field-label"}>
        <label for={id}>{label}</label>
        {optional && <span class="muted">optional</span>}
      </div>
      {children({ id, "aria-describedby": error || hint ? below : undefined, "aria-invalid": error ? "true" : undefined })}
      {error ? (
        <p class="field-error" id={below}>
          <Icon name="alert" size={14} />
          <span>{error}</span>
        </p>
      ) : (
        hint && (
          <div class="field-hint" id={below}>
            {hint}
          </div>
        )
      )}
    </div>
  );
}
