import type { Desktop, File as DriveFile } from "nen-client";
import { useEffect, useState } from "preact/hooks";
import { Ago } from "../components/ago";
import { ask } from "../components/ask";
import { Button, IconButton } from "../components/button";
import { ChooseFiles, DropZone } from "../components/drop-zone";
import { formatBytes } from "../components/format";
import { Icon } from "../components/icon";
import { Loaded } from "../components/loading";
import { Empty, ScopeNote } from "../components/notice";
import { place, setQuery } from "../router";
import { nen } from "../server/client";
import { onEvent } from "../server/events";
import { useLoad } from "../server/load";
import { may } from "../server/scopes";
import { useTask } from "../server/task";
import { UploadList } from "./upload-list";
import { fileUrl, startUpload, type Upload } from "./uploads";

/** Actions often come in rows; the list is read once after them. */
const REST_MS = 3000;

/** The drive of a desktop: `/drive` inside. */
export function FilesPanel({ desktop }: { desktop: Desktop }) {
  const id = desktop.desktopId;
  const folder = place.value.query.get("folder") ?? "";
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [isAwake, setAwake] = useState(desktop.status !== "paused");
  const files = useLoad((signal) => (isAwake ? nen.listFiles(id, { path: folder, signal }) : Promise.resolve([])), [id, folder, isAwake]);
  useReadAfterActions(id, () => void files.again());

  if (!isAwake) {
    return (
      <Empty icon="pause" title="The desktop is paused" action={<Button onClick={() => setAwake(true)}>Wake it and list the files</Button>}>
        Its files are there, but reading them wakes it.
      </Empty>
    );
  }
  const mayWrite = may("desktops:write");
  const add = (chosen: File[]): void => {
    const started = chosen.map((file) => startUpload(id, folder, file, () => void files.again()));
    setUploads((before) => [...started, ...before]);
  };
  const content = (
    <div class="files">
      <div class="row wrap apart">
        <Crumbs folder={folder} />
        <div class="row">
          <IconButton label="Read the list again" icon="refresh" small busy={files.busy && files.data !== undefined} onClick={() => void files.again()} />
          {mayWrite && <ChooseFiles label="Upload" onFiles={add} />}
        </div>
      </div>
      <ScopeNote scope="desktops:write" />
      <UploadList uploads={uploads} onClear={(upload) => setUploads((before) => before.filter((one) => one !== upload))} />
      <Loaded answer={files} gone="This folder is not there any more.">
        {(list) =>
          list.length === 0 ? (
            <Empty icon="folder" title="Nothing in this folder">
              {mayWrite ? "Drag files here, or have the desktop save some to /drive." : "What the desktop saves to /drive shows here."}
            </Empty>
          ) : (
            <ul class="file-list plain" aria-label="Files">
              {[...list].sort(byKindAndName).map((file) => (
                <FileRow key={file.name} id={id} folder={folder} file={file} onGone={() => void files.again()} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
  if (!mayWrite) return content;
  return (
    <DropZone label={`Drop to upload to /drive/${folder}`} onFiles={add}>
      {content}
    </DropZone>
  );
}

function FileRow({ id, folder, file, onGone }: { id: string; folder: string; file: DriveFile; onGone(): void }) {
  const path = folder ? `${folder}/${file.name}` : file.name;
  const removing = useTask(async () => {
    const sure = await ask({
      title: `Delete ${file.name}?`,
      text: file.isDir ? "Only an empty folder can be deleted." : "It is removed from the desktop’s drive. Nothing brings it back.",
      confirm: "Delete",
      danger: true,
    });
    if (!sure) return;
    await nen.deleteFile(id, file.name, { path: folder });
    onGone();
  });
  return (
    <li class="file-row">
      <Icon name={file.isDir ? "folder" : "file"} size={18} />
      <div class="grow">
        {file.isDir ? (
          <button type="button" class="file-name clip" onClick={() => setQuery({ folder: path })}>
            {file.name}
          </button>
        ) : (
          <a class="file-name clip" href={fileUrl(id, folder, file.name)} download={file.name}>
            {file.name}
          </a>
        )}
        <div class="small muted">
          {!file.isDir && <>{formatBytes(file.size)} · </>}
          <Ago at={file.modified} />
        </div>
      </div>
      {!file.isDir && (
        <a class="button quiet small only-icon" href={fileUrl(id, folder, file.name)} download={file.name} aria-label={`Download ${file.name}`} title={`Download ${file.name}`}>
          <Icon name="download" />
        </a>
      )}
      {may("desktops:write") && <IconButton label={`Delete ${file.name}`} icon="trash" small busy={removing.busy} onClick={() => void removing.run()} />}
    </li>
  );
}

function Crumbs({ folder }: { folder: string }) {
  const parts = folder ? folder.split("/") : [];
  return (
    <nav class="crumbs mono small" aria-label="Folder">
      <button type="button" onClick={() => setQuery({ folder: null })} aria-current={parts.length === 0 ? "true" : undefined}>
        /drive
      </button>
      {parts.map((name, index) => (
        <button key={index} type="button" onClick={() => setQuery({ folder: parts.slice(0, index + 1).join("/") })} aria-current={index === parts.length - 1 ? "true" : undefined}>
          /{name}
        </button>
      ))}
    </nav>
  );
}

function useReadAfterActions(id: string, read: () => void): void {
  useEffect(() => {
    let timer = 0;
    const end = onEvent(({ desktopId, kind }) => {
      if (desktopId !== id || kind !== "action") return;
      clearTimeout(timer);
      timer = window.setTimeout(read, REST_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [id]);
}

function byKindAndName(a: DriveFile, b: DriveFile): number {
  return Number(b.isDir ?? false) - Number(a.isDir ?? false) || a.name.localeCompare(b.name);
}
