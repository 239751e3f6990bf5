import { useRef } from "preact/hooks";
import { Button, IconButton } from "../../../components/button";
import { enteredOf, type Entered } from "./entry";
import { ParameterField, type ParameterFieldProps } from "./parameter-fields";
import { PartError } from "./part-error";
import { below } from "./read-entries";

/** Any number of values, one below the other. */
export function ListField({ form, parameter, entered, path, onChange }: ParameterFieldProps<Extract<Entered, { kind: "list" }>>) {
  const box = useRef<HTMLFieldSetElement>(null);
  const { label, description, required, inside, schema } = parameter;
  if (inside.kind !== "list") return null;
  const { values } = entered;
  const most = Number(schema["maxItems"] ?? Number.POSITIVE_INFINITY);
  const put = (next: readonly Entered[]): void => onChange({ kind: "list", values: next }, path);
  const add = (): void => {
    put([...values, enteredOf(inside.item(values.length), undefined, form.root)]);
    // Once it is drawn, what was added is what is typed into next.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(".parameter-item:last-of-type :is(input, select, textarea)")?.focus());
  };
  return (
    <fieldset class="parameter-part" ref={box}>
      <legend>
        {label}
        {!required && <span class="muted optional"> optional</span>}
      </legend>
      {description && <p class="field-hint">{description}</p>}
      {values.map((value, at) => {
        const item = inside.item(at);
        return (
          <div class={`parameter-item ${value.kind}`} key={at}>
            <div class="grow">
              <ParameterField form={form} parameter={item} entered={value} path={below(path, at)} onChange={(next, changed) => onChange({ kind: "list", values: values.map((old, other) => (other === at ? next : old)) }, changed)} />
            </div>
            <IconButton label={`Remove ${item.label}`} icon="trash" small onClick={() => put(values.filter((_, other) => other !== at))} />
          </div>
        );
      })}
      <PartError error={form.errors[path]} />
      <div>
        <Button small icon="plus" disabled={values.length >= most} onClick={add}>
          Add {inside.item(values.length).label.replace(/ \d+$/, "").toLowerCase()}
        </Button>
      </div>
    </fieldset>
  );
}
