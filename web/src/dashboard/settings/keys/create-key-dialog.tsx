import { useState } from "preact/hooks";
import type { NewKey } from "nen-client";
import { now } from "../../components/clock";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { SelectField, TextField } from "../../components/fields";
import { formatDateTime } from "../../components/format";
import { ErrorNotice } from "../../components/notice";
import { nen } from "../../server/client";
import { useTask } from "../../server/task";
import { type Access, scopesOf } from "./access";
import { AccessFields } from "./access-fields";
import { ENDINGS, type Ending, dayOf, endOf } from "./expiry";

/** Asks what a new key is for, and makes it. */
export function CreateKeyDialog({ onClose, onMade }: { onClose(): void; onMade(key: NewKey): void }) {
  const [name, setName] = useState("");
  const [access, setAccess] = useState<Access>({ desktops: "write", workflows: "none", admin: false });
  const [ending, setEnding] = useState<Ending>("90");
  const [day, setDay] = useState(dayOf(now.peek() + 30 * 86_400));
  const [isAsked, setAsked] = useState(false);
  const scopes = scopesOf(access);
  const expiresAt = endOf(ending, day, now.value);
  const wrong = {
    name: name.trim() ? undefined : "Give it a name to recognise it by.",
    access: scopes.length > 0 ? undefined : "A key that may do nothing is of no use: choose something.",
    day: expiresAt === undefined ? "Choose a day that is not over." : undefined,
  };
  const task = useTask(
    async () => {
      setAsked(true);
      if (wrong.name || wrong.access || expiresAt === undefined) return;
      onMade(await nen.keys.create({ name: name.trim(), scopes, expiresAt }));
    },
    { quiet: true },
  );
  return (
    <Dialog
      title="New API key"
      onClose={onClose}
      onSubmit={() => void task.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            {task.busy ? "Creating" : "Create key"}
          </Button>
        </>
      }
    >
      {task.error !== undefined && <ErrorNotice error={task.error} />}
      <TextField
        label="Name"
        hint="The log of each desktop names it beside what was done with it."
        value={name}
        onChange={setName}
        maxLength={128}
        placeholder="Invoice agent"
        error={isAsked ? wrong.name : undefined}
      />
      <AccessFields access={access} onChange={setAccess} error={isAsked ? wrong.access : undefined} />
      <SelectField
        label="Ends"
        value={ending}
        options={ENDINGS}
        onChange={(value) => setEnding(value as Ending)}
        hint={ending === "never" ? "It works until somebody revokes it." : ending !== "day" && expiresAt ? `It works until ${formatDateTime(expiresAt)}.` : undefined}
      />
      {ending === "day" && (
        <TextField label="Last day" type="date" value={day} onChange={setDay} hint="It works to the end of this day." error={isAsked || day ? wrong.day : undefined} />
      )}
      <p class="muted small">
        Scopes: {scopes.length > 0 ? scopes.map((scope) => <code key={scope} class="settings-inline-code key-scope">{scope}</code>) : "none"}
      </p>
    </Dialog>
  );
}
