import type { SourceFile, Workflow } from "nen-client";
import { useState } from "preact/hooks";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { TextField } from "../components/fields";
import { Icon } from "../components/icon";
import { Note } from "../components/notice";
import { toast } from "../components/toast";
import { go, part } from "../router";
import { nen } from "../server/client";
import { useTask } from "../server/task";
import { type Bundle, ENTRY, entryOf, sizeOf, withEntry, withFiles, wrongWith } from "./bundle";
import { FileList } from "./file-list";
import { FilesField } from "./files-field";
import { Refusal } from "./refusal";
import "./upload.css";

/** Uploads a workflow, or a new version of one. The server imports the file first and says why it refuses. */
export function UploadDialog(props: { bundle: Bundle; workflow?: Workflow | undefined; onClose(): void; onPublished?: ((workflow: Workflow) => void) | undefined }) {
  const { bundle, workflow, onClose, onPublished } = props;
  const before = workflow?.files ?? [];
  const [files, setFiles] = useState<readonly SourceFile[]>(() => withFiles(before, bundle.files));
  const [leftOut, setLeftOut] = useState(bundle.leftOut);
  const [name, setName] = useState(workflow?.name ?? bundle.name);
  const [chosen, setChosen] = useState<string | null>(null);
  const [wrong, setWrong] = useState<{ name?: string | undefined; files?: string | undefined }>({});
  const entry = entryOf(files) ?? (files.some(({ filename }) => filename === chosen) ? chosen : null);

  const add = (more: Bundle): void => {
    setFiles(withFiles(files, more.files));
    setLeftOut(more.leftOut);
    if (!name && more.name) setName(more.name);
    setWrong({});
    task.clear();
  };
  const task = useTask(
    async () => {
      const found = { name: name.trim() ? undefined : "Give it a name.", files: wrongWith(files, entry) ?? undefined };
      setWrong(found);
      if (found.name || found.files || entry === null) return;
      const sent = { name: name.trim(), files: withEntry(files, entry) };
      const done = workflow ? await nen.workflows.publish(workflow.workflowId, sent) : await nen.workflows.create(sent);
      toast(workflow ? `Version ${done.version} is published.` : `${done.name} is uploaded.`);
      onClose();
      onPublished?.(done);
      if (!workflow) go(`/workflows/${part(done.workflowId)}`);
    },
    { quiet: true },
  );

  return (
    <Dialog
      title={workflow ? `New version of ${workflow.name}` : "Upload a workflow"}
      wide
      onClose={onClose}
      onSubmit={() => void task.run()}
      footer={
        <>
          {files.length > 0 && <span class="muted small upload-sum">{files.length} {files.length === 1 ? "file" : "files"}, {(sizeOf(files) / 1000).toFixed(1)} kB</span>}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            {task.busy ? "Checking it" : workflow ? `Publish version ${workflow.version + 1}` : "Upload"}
          </Button>
        </>
      }
    >
      {task.error !== undefined && <Refusal error={task.error} files={entry === null ? files : withEntry(files, entry)} />}
      <FilesField isSmall={files.length > 0} onBundle={add}>
        {files.length > 0 && (
          <FileList
            files={files}
            before={before}
            entry={entry}
            onEntry={setChosen}
            onRemove={(filename) => {
              setFiles(files.filter((file) => file.filename !== filename));
              task.clear();
            }}
          />
        )}
      </FilesField>
      {wrong.files && (
        <p class="field-error" role="alert">
          <Icon name="alert" size={14} />
          <span>{wrong.files}</span>
        </p>
      )}
      {entry !== null && entry !== ENTRY && <Note>The file with the function <code>run</code> is called {ENTRY} on the server.</Note>}
      {leftOut.length > 0 && (
        <Note icon="alert" tone="warn">
          Left out: {leftOut.map(({ filename, reason }) => `${filename} (${reason})`).join(", ")}.
        </Note>
      )}
      <TextField label="Name" value={name} onChange={setName} error={wrong.name} maxLength={128} placeholder="Invoices" />
    </Dialog>
  );
}
