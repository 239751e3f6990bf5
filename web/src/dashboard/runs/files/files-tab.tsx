import type { Run } from "nen-client";
import { useState } from "preact/hooks";
import { Ago } from "../../components/ago";
import { Button, IconButton, LinkButton } from "../../components/button";
import { Copy } from "../../components/copy";
import { formatBytes, formatDateTime } from "../../components/format";
import { Icon } from "../../components/icon";
import { Loaded } from "../../components/loading";
import { Empty } from "../../components/notice";
import { Table } from "../../components/table";
import { part } from "../../router";
import { useLoad } from "../../server/load";
import { useTask } from "../../server/task";
import { isOver } from "../run-time";
import { type Archive, type Entry, openArchive } from "./archive";
import { FileDialog, isShown } from "./file-dialog";
import { save } from "./save";
import "./files.css";

/** What a run left in `/artifacts`. */
export function FilesTab({ run }: { run: Run }) {
  if (!run.assets) {
    return (
      <Empty icon="folder" title={isOver(run) ? "It left no files" : "No files yet"}>
        What the workflow writes into its working folder, <code>/artifacts</code>, is kept with the run{isOver(run) ? "" : " and stands here when it has ended"}.
      </Empty>
    );
  }
  return <Files run={run} link={run.assets} />;
}

function Files({ run, link }: { run: Run; link: string }) {
  // The server may know itself by another name than this page: what signs is the query.
  const url = `/runs/${part(run.messageId)}/assets.zip${new URL(link, location.href).search}`;
  const answer = useLoad((signal) => openArchive(url, signal), [run.messageId]);
  const [shown, setShown] = useState<Entry | null>(null);
  return (
    <div class="stack">
      <div class="card run-archive">
        <Icon name="folder" size={20} />
        <div class="grow">
          <div class="strong">
            assets.zip
            {answer.data && (
              <span class="muted run-archive-size">
                {formatBytes(answer.data.size)}, {answer.data.entries.length} {answer.data.entries.length === 1 ? "file" : "files"}
              </span>
            )}
          </div>
          <div class="muted small" title={formatDateTime(run.expiresAt)}>
            The link needs no key and ends <Ago at={run.expiresAt} />.
          </div>
        </div>
        <Copy text={link} label="Copy the link" small={false}>
          Copy link
        </Copy>
        <LinkButton kind="primary" icon="download" href={url} download={`run-${run.messageId}.zip`}>
          Download
        </LinkButton>
      </div>
      <Loaded answer={answer}>
        {(archive) => (
          <div class="run-files">
            <Table
              label="Files of the run"
              rows={archive.entries}
              keyOf={({ name }) => name}
              columns={[
                { label: "Name", width: "main", cell: (entry) => <Name entry={entry} onShow={() => setShown(entry)} /> },
                { label: "Size", align: "end", cell: ({ size }) => formatBytes(size) },
                { label: "Actions", quiet: true, align: "end", cell: (entry) => <SaveButton archive={archive} entry={entry} /> },
              ]}
            />
          </div>
        )}
      </Loaded>
      {shown && answer.data && <FileDialog archive={answer.data} entry={shown} onClose={() => setShown(null)} />}
    </div>
  );
}

function Name({ entry, onShow }: { entry: Entry; onShow(): void }) {
  if (!isShown(entry)) {
    return (
      <span class="row">
        <Icon name="file" />
        {entry.name}
      </span>
    );
  }
  return (
    <Button kind="quiet" small icon={/\.(png|jpe?g|gif|webp|svg)$/i.test(entry.name) ? "image" : "file"} class="run-file" onClick={onShow}>
      {entry.name}
    </Button>
  );
}

function SaveButton({ archive, entry }: { archive: Archive; entry: Entry }) {
  const task = useTask(async () => save(await archive.read(entry), entry.name));
  return <IconButton label={`Download ${entry.name}`} icon="download" small busy={task.busy} onClick={() => void task.run()} />;
}
