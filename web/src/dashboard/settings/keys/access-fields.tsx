import { CheckField, Choice } from "../../components/fields";
import type { Access, Reach } from "./access";

interface Field {
  part: "desktops" | "workflows";
  label: string;
  options: readonly { value: Reach; label: string }[];
  /** What each choice allows. */
  means: Record<Reach, string>;
}

const FIELDS: readonly Field[] = [
  {
    part: "desktops",
    label: "Desktops",
    options: [
      { value: "none", label: "Nothing" },
      { value: "read", label: "See" },
      { value: "write", label: "Use" },
    ],
    means: {
      none: "Desktops are out of its reach.",
      read: "Sees screens, logs and files. Changes nothing.",
      write: "Creates, drives, pauses and deletes desktops, and may do anything inside them.",
    },
  },
  {
    part: "workflows",
    label: "Workflows and runs",
    options: [
      { value: "none", label: "Nothing" },
      { value: "read", label: "See" },
      { value: "write", label: "Run" },
    ],
    means: {
      none: "Workflows and runs are out of its reach.",
      read: "Sees workflows, and what runs did and do: their logs, results and screens.",
      write: "Uploads workflows, which is code; starts runs on any desktop and cancels them; spends money on models.",
    },
  },
];

/** What a key may do, in words; the API calls it scopes. */
export function AccessFields({ access, onChange, error }: { access: Access; onChange(access: Access): void; error: string | undefined }) {
  return (
    <div class="key-access" role="group" aria-label="What it may do">
      {FIELDS.map(({ part, label, options, means }) => (
        <div key={part} class={`key-access-part ${access.admin ? "included" : ""}`}>
          {access.admin ? (
            <>
              <h3>{label}</h3>
              <p class="field-hint">Everything, as part of the administration.</p>
            </>
          ) : (
            <>
              <Choice label={label} value={access[part]} options={options} onChange={(reach) => onChange({ ...access, [part]: reach })} />
              <p class="field-hint" role="status">
                {means[access[part]]}
              </p>
            </>
          )}
        </div>
      ))}
      <div class="key-access-part">
        <CheckField
          label="Administration"
          hint="Does all of the above and manages keys, secrets, the budget and these settings. For people and for set-up, not for agents."
          checked={access.admin}
          onChange={(admin) => onChange({ ...access, admin })}
        />
      </div>
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
