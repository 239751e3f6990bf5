import { useState } from "preact/hooks";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { CheckField, Choice, NumberField, SelectField, TextField } from "../components/fields";
import { ErrorNotice } from "../components/notice";
import { PairsField } from "../components/pairs-field";
import { go, part } from "../router";
import { nen } from "../server/client";
import { useTask } from "../server/task";
import { type CreateDraft, type DraftErrors, FIRST_DRAFT, readCreateDraft } from "./create-draft";
import { put } from "./store";

const SIZES = ["1024x768", "1280x800", "1440x900", "1920x1080"];

const TOOLS: readonly { name: CreateDraft["tools"][number]; label: string; hint: string }[] = [
  { name: "bash", label: "Shell", hint: "Commands run as the desktop’s user." },
  { name: "clipboard", label: "Clipboard", hint: "Text is read and put in." },
  { name: "windows", label: "Windows", hint: "Applications and pages are opened by name." },
];

/** Makes a desktop and leads to it. */
export function CreateDialog({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState<CreateDraft>(FIRST_DRAFT);
  const [errors, setErrors] = useState<DraftErrors>({});
  const set = (change: Partial<CreateDraft>): void => setDraft((before) => ({ ...before, ...change }));
  const task = useTask(
    async () => {
      const { wanted, errors: found } = readCreateDraft(draft);
      setErrors(found);
      if (Object.keys(found).length > 0) return;
      const desktop = await nen.createDesktop(wanted);
      put(desktop);
      onClose();
      go(`/desktops/${part(desktop.desktopId)}`);
    },
    { quiet: true },
  );
  return (
    <Dialog
      title="New desktop"
      onClose={onClose}
      onSubmit={() => void task.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            {task.busy ? "Creating" : "Create desktop"}
          </Button>
        </>
      }
    >
      {task.error !== undefined && <ErrorNotice error={task.error} />}
      <TextField label="Name" optional value={draft.name} onChange={(name) => set({ name })} maxLength={128} placeholder="Invoices" />
      <TextField
        label="Open this page first"
        optional
        inputMode="url"
        value={draft.startUrl}
        onChange={(startUrl) => set({ startUrl })}
        placeholder="https://example.com"
        error={errors.startUrl}
      />
      <SizeFields draft={draft} errors={errors} set={set} />
      <fieldset class="create-tools">
        <legend>Tools beside mouse, keyboard and screen</legend>
        {TOOLS.map(({ name, label, hint }) => (
          <CheckField
            key={name}
            label={label}
            hint={hint}
            checked={draft.tools.includes(name)}
            onChange={(on) => set({ tools: on ? [...draft.tools, name] : draft.tools.filter((tool) => tool !== name) })}
          />
        ))}
      </fieldset>
      <Choice
        label="Network"
        value={draft.network}
        options={[
          { value: "usual", label: "As usual" },
          { value: "listed", label: "Only these places" },
          { value: "none", label: "None" },
        ]}
        onChange={(network) => set({ network })}
      />
      {draft.network === "listed" && (
        <TextField
          label="Places it may reach"
          hint="Names, *.names below one, addresses and ranges, each with or without a :port."
          value={draft.allowed}
          onChange={(allowed) => set({ allowed })}
          placeholder="example.com, *.example.com:443"
          error={errors.allowed}
        />
      )}
      <MoreFields draft={draft} errors={errors} set={set} />
    </Dialog>
  );
}

interface Part {
  draft: CreateDraft;
  errors: DraftErrors;
  set(change: Partial<CreateDraft>): void;
}

function SizeFields({ draft, errors, set }: Part) {
  const options = [...SIZES.map((size) => ({ value: size, label: size.replace("x", " × ") })), { value: "own", label: "Another size" }];
  return (
    <div class="stack tight">
      <SelectField label="Screen" value={draft.size} options={options} onChange={(size) => set({ size })} />
      {draft.size === "own" && (
        <div class="fields-row">
          <NumberField label="Width" unit="px" value={draft.width} onChange={(width) => set({ width })} error={errors.width} />
          <NumberField label="Height" unit="px" value={draft.height} onChange={(height) => set({ height })} error={errors.height} />
        </div>
      )}
    </div>
  );
}

function MoreFields({ draft, errors, set }: Part) {
  return (
    <details class="create-more" open={Boolean(errors.idleMinutes || errors.lifeMinutes)}>
      <summary>Rest, end and labels</summary>
      <div class="stack">
        <div class="fields-row">
          <NumberField
            label="When unused for"
            unit="min"
            min={1}
            value={draft.idleMinutes}
            onChange={(idleMinutes) => set({ idleMinutes })}
            error={errors.idleMinutes}
            hint="Empty for never."
          />
          <Choice
            label="it is"
            value={draft.onIdle}
            options={[
              { value: "pause", label: "Paused" },
              { value: "delete", label: "Deleted" },
            ]}
            onChange={(onIdle) => set({ onIdle })}
          />
        </div>
        <NumberField
          label="Delete in any case after"
          optional
          unit="min"
          min={1}
          value={draft.lifeMinutes}
          onChange={(lifeMinutes) => set({ lifeMinutes })}
          error={errors.lifeMinutes}
        />
        <PairsField label="Labels" of="label" value={draft.labels} onChange={(labels) => set({ labels })} namePlaceholder="team" valuePlaceholder="finance" hint="To find it by, here and over the API." />
        <PairsField label="Environment" of="variable" value={draft.env} onChange={(env) => set({ env })} namePlaceholder="LANG" valuePlaceholder="en_GB.UTF-8" hint="Everything on the desktop can read it: no place for secrets." />
      </div>
    </details>
  );
}
