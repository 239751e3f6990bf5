import { Choice, SelectField, TextField } from "../../components/fields";
import { Note } from "../../components/notice";
import { nen } from "../../server/client";
import { useLoad } from "../../server/load";
import { may } from "../../server/scopes";
import type { Options } from "./options";
import type { Errors } from "./parameters/read-entries";

const SIZES = ["1024x768", "1280x800", "1440x900", "1920x1080"];

interface Part {
  options: Options;
  errors: Errors;
  set(change: Partial<Options>): void;
}

/** One made for the run and deleted afterwards, or one that is there and stays. */
export function DesktopFields(props: Part) {
  const { options, set } = props;
  return (
    <>
      <Choice
        label="Desktop"
        quiet
        value={options.on}
        options={[
          { value: "new", label: "A new one", title: "Made for this run, deleted when it ends" },
          { value: "existing", label: "An existing one", title: "Used as it is, and left as it is afterwards" },
        ]}
        onChange={(on) => set({ on })}
      />
      {options.on === "new" ? <NewDesktop {...props} /> : <ExistingDesktop {...props} />}
    </>
  );
}

function NewDesktop({ options, errors, set }: Part) {
  return (
    <>
      <TextField
        label="Open this page first"
        optional
        inputMode="url"
        placeholder="https://example.com"
        value={options.startUrl}
        error={errors["desktop"]}
        onChange={(startUrl) => set({ startUrl })}
      />
      <div class="fields-row">
        <SelectField label="Screen" value={options.size} options={SIZES.map((size) => ({ value: size, label: size.replace("x", " × ") }))} onChange={(size) => set({ size })} />
        <SelectField
          label="Network"
          value={options.network}
          options={[
            { value: "internet", label: "Internet" },
            { value: "none", label: "None" },
          ]}
          onChange={(network) => set({ network: network === "none" ? "none" : "internet" })}
        />
      </div>
      <p class="field-hint">It is deleted when the run ends.</p>
    </>
  );
}

function ExistingDesktop({ options, errors, set }: Part) {
  const mayRead = may("desktops:read");
  const { data, error } = useLoad((signal) => (mayRead ? nen.listDesktops({ signal }) : Promise.resolve([])), [mayRead]);
  const usable = (data ?? []).filter(({ status }) => status === "running" || status === "paused");
  if (!mayRead || error !== undefined) {
    return <TextField label="Id of the desktop" placeholder="dsk_…" value={options.desktopId} error={errors["desktop_id"]} onChange={(desktopId) => set({ desktopId: desktopId.trim() })} />;
  }
  if (data && usable.length === 0) return <Note>There is no desktop that could be used. Make one first, or let the run have a new one.</Note>;
  const choices = usable.map(({ desktopId, name, status }) => ({ value: desktopId, label: `${name || desktopId}${status === "paused" ? " (paused)" : ""}` }));
  return (
    <SelectField
      label="Which one"
      value={options.desktopId}
      error={errors["desktop_id"]}
      hint="It is left as it is when the run ends."
      options={options.desktopId ? choices : [{ value: "", label: data ? "Choose…" : "Loading…" }, ...choices]}
      onChange={(desktopId) => set({ desktopId })}
    />
  );
}
