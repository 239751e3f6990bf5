import type { Models } from "nen-client";
import { useId } from "preact/hooks";
import { TextField } from "../../components/fields";
import { nen } from "../../server/client";
import { useLoad } from "../../server/load";

/** Which model `Agent()` asks where the workflow names none: one of those that are set up, or any by its name. */
export function ModelField({ value, error, onChange }: { value: string; error: string | undefined; onChange(value: string): void }) {
  const id = useId();
  const { data } = useLoad((signal) => nen.models({ signal }), []);
  const usable = data ? namesOf(data) : [];
  return (
    <>
      <TextField
        label="Model"
        optional
        list={id}
        placeholder={data?.default ?? ""}
        value={value}
        error={error}
        hint={data && usable.length === 0 ? "No provider is set up on this server: a workflow that asks a model will fail." : "For Agent() where the workflow names none."}
        onChange={onChange}
      />
      <datalist id={id}>
        {usable.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function namesOf({ providers, aliases }: Models): string[] {
  const known = providers.filter(({ configured }) => configured).flatMap(({ models }) => models);
  return [...known, ...aliases.map(({ name }) => `…@${name}`)];
}
