import { NenDesktopError, type SourceFile } from "nen-client";
import { Icon } from "../components/icon";
import { ErrorNotice } from "../components/notice";
import { asSentence } from "../server/sentence";

/** Why the server took no workflow, with the line that it names in the files that were sent. */
export function Refusal({ error, files }: { error: unknown; files: readonly SourceFile[] }) {
  if (!(error instanceof NenDesktopError) || error.code !== "invalid_workflow") return <ErrorNotice error={error} />;
  const said = error.sentence ?? error.message;
  const place = /^(\S+), line (\d+): (.+)$/s.exec(said);
  const file = files.find(({ filename }) => filename === place?.[1]);
  const [first = "", ...rest] = (place?.[3] ?? said).split("\n");
  return (
    <section class="upload-refusal" role="alert">
      <header>
        <Icon name="crossCircle" size={18} />
        <div class="grow">
          <strong>This cannot be run as a workflow.</strong>
          <p>{asSentence(first)}</p>
        </div>
      </header>
      {rest.length > 0 && <pre tabIndex={0}>{rest.join("\n")}</pre>}
      {file && place && <Around filename={file.filename} lines={file.content.split("\n")} at={Number(place[2])} />}
    </section>
  );
}

/** The line and those beside it. */
function Around({ filename, lines, at }: { filename: string; lines: readonly string[]; at: number }) {
  const from = Math.max(1, at - 2);
  return (
    <figure class="upload-around">
      <figcaption class="muted small">
        {filename}, line {at}
      </figcaption>
      <pre tabIndex={0} aria-label={`${filename} around line ${at}`}>
        {lines.slice(from - 1, at + 2).map((line, index) => (
          <div key={index} class={from + index === at ? "here" : undefined}>
            <span class="muted">{String(from + index).padStart(4)}</span> {line}
          </div>
        ))}
      </pre>
    </figure>
  );
}
