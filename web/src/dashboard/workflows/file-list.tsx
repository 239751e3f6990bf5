import type { SourceFile } from "nen-client";
import { Badge } from "../components/badge";
import { IconButton } from "../components/button";
import { formatBytes } from "../components/format";
import { Icon } from "../components/icon";
import { bytesIn, ENTRY } from "./bundle";

/** The files that are about to be uploaded; `before` are those of the version that they replace. */
export function FileList(props: {
  files: readonly SourceFile[];
  before: readonly SourceFile[];
  entry: string | null;
  onEntry(filename: string): void;
  onRemove(filename: string): void;
}) {
  const { files, before, entry, onEntry, onRemove } = props;
  const candidates = files.filter(({ filename }) => /^[^/]+\.py$/.test(filename));
  const needsEntry = entry !== ENTRY && candidates.length > 1;
  const gone = before.filter(({ filename }) => !files.some((file) => file.filename === filename));
  return (
    <ul class="upload-files plain" aria-label="Files">
      {files.map((file) => {
        const isEntry = file.filename === entry;
        return (
          <li key={file.filename}>
            <Icon name="file" />
            <span class="grow">
              {file.filename}
              {isEntry && file.filename !== ENTRY && <span class="muted"> → {ENTRY}</span>}
            </span>
            <Change file={file} before={before} />
            <span class="muted small">{formatBytes(bytesIn(file.content))}</span>
            {needsEntry && candidates.includes(file) && (
              <label class="upload-entry small">
                <input type="radio" name="entry" checked={isEntry} onChange={() => onEntry(file.filename)} /> has run
              </label>
            )}
            <IconButton label={`Leave out ${file.filename}`} icon="cross" small onClick={() => onRemove(file.filename)} />
          </li>
        );
      })}
      {gone.map(({ filename }) => (
        <li key={filename} class="gone">
          <Icon name="file" />
          <s class="grow muted">{filename}</s>
          <Badge tone="warn">will be gone</Badge>
        </li>
      ))}
    </ul>
  );
}

function Change({ file, before }: { file: SourceFile; before: readonly SourceFile[] }) {
  if (before.length === 0) return null;
  const old = before.find(({ filename }) => filename === file.filename);
  if (!old) return <Badge tone="good">new</Badge>;
  return old.content === file.content ? <span class="muted small">as before</span> : <Badge tone="accent">changed</Badge>;
}
