import type { SourceFile, Workflow } from "nen-client";
import { formatBytes } from "../components/format";
import { Icon } from "../components/icon";
import { Loaded } from "../components/loading";
import { Empty } from "../components/notice";
import { place, setQuery } from "../router";
import { bytesIn, ENTRY, withFiles } from "./bundle";
import { PythonCode } from "./python-code";
import { useVersion } from "./use-version";
import { VersionNote } from "./version-note";

/** The files of a version, to read. */
export function CodeTab({ workflow, version }: { workflow: Workflow; version: number }) {
  const answer = useVersion(workflow, version);
  return (
    <div class="stack">
      <VersionNote workflow={workflow} version={version} />
      <Loaded answer={answer} gone={`There is no version ${version}.`}>
        {({ files }) => <Files files={withFiles([], files ?? [])} />}
      </Loaded>
    </div>
  );
}

function Files({ files }: { files: readonly SourceFile[] }) {
  const asked = place.value.query.get("file");
  const file = files.find(({ filename }) => filename === asked) ?? files[0];
  if (!file) {
    return (
      <Empty icon="file" title="No files">
        The server keeps none for this version.
      </Empty>
    );
  }
  return (
    <div class={`card code-tab ${files.length > 1 ? "many" : ""}`}>
      {files.length > 1 && (
        <nav class="code-files" aria-label="Files">
          {files.map(({ filename, content }) => (
            <button key={filename} type="button" aria-current={filename === file.filename ? "true" : undefined} onClick={() => setQuery({ file: filename === ENTRY ? null : filename })}>
              <Icon name="file" size={14} />
              <span class="grow">{filename}</span>
              <span class="muted small">{formatBytes(bytesIn(content))}</span>
            </button>
          ))}
        </nav>
      )}
      <PythonCode text={file.content} label={file.filename} isPython={/\.pyi?$/.test(file.filename)} />
    </div>
  );
}
