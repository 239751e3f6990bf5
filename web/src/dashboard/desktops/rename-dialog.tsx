import type { Desktop } from "nen-client";
import { useState } from "preact/hooks";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { TextField } from "../components/fields";
import { nen } from "../server/client";
import { sentence } from "../server/sentence";
import { useTask } from "../server/task";
import { put } from "./store";

export function RenameDialog({ desktop, onClose }: { desktop: Desktop; onClose(): void }) {
  const [name, setName] = useState(desktop.name ?? "");
  const task = useTask(
    async () => {
      put(await nen.updateDesktop(desktop.desktopId, { name: name.trim() }));
      onClose();
    },
    { quiet: true },
  );
  return (
    <Dialog
      title="Rename desktop"
      onClose={onClose}
      onSubmit={() => void task.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy} disabled={name.trim() === ""}>
            Rename
          </Button>
        </>
      }
    >
      <TextField label="Name" value={name} onChange={setName} maxLength={128} error={task.error === undefined ? null : sentence(task.error)} />
    </Dialog>
  );
}
