import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Code } from "../../components/code";
import { Dialog } from "../../components/dialog";
import { formatBytes } from "../../components/format";
import { Loaded } from "../../components/loading";
import { Note } from "../../components/notice";
import { useLoad } from "../../server/load";
import type { Archive, Entry } from "./archive";
import { save } from "./save";

const IMAGES: Record<string, string> = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", svg: "image/svg+xml" };
const TEXTS = /\.(txt|csv|tsv|json|jsonl|ndjson|md|log|xml|html?|ya?ml|toml|ini|py|js|ts|sql|css)$/i;
/** What is larger is for other programs. */
const MOST = 20_000_000;
const MOST_TEXT = 300_000;

/** Whether a file can be looked at here. */
export function isShown({ name, size }: Entry): boolean {
  return size <= MOST && (TEXTS.test(name) || typeOf(name) !== undefined);
}

/** A file out of the archive: a picture, or its text. */
export function FileDialog({ archive, entry, onClose }: { archive: Archive; entry: Entry; onClose(): void }) {
  const answer = useLoad((signal) => archive.read(entry, signal), [entry.name]);
  const type = typeOf(entry.name);
  return (
    <Dialog
      title={entry.name}
      wide
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" icon="download" disabled={!answer.data} onClick={() => answer.data && save(answer.data, entry.name)}>
            Download, {formatBytes(entry.size)}
          </Button>
        </>
      }
    >
      <Loaded answer={answer}>{(content) => (type ? <Picture content={content} type={type} name={entry.name} /> : <Text content={content} name={entry.name} />)}</Loaded>
    </Dialog>
  );
}

function Picture({ content, type, name }: { content: Blob; type: string; name: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(content.slice(0, content.size, type));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [content]);
  return url && <img class="run-file-picture" src={url} alt={name} />;
}

function Text({ content, name }: { content: Blob; name: string }) {
  const answer = useLoad(async () => pretty(await content.slice(0, MOST_TEXT).text(), content.size <= MOST_TEXT && /\.json$/i.test(name)), [content]);
  return (
    <>
      {content.size > MOST_TEXT && <Note>This is the beginning. Download the file for all of it.</Note>}
      <Loaded answer={answer}>{(text) => <Code label={name} text={text} tall />}</Loaded>
    </>
  );
}

function pretty(text: string, isJson: boolean): string {
  if (!isJson) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function typeOf(name: string): string | undefined {
  return IMAGES[name.split(".").at(-1)?.toLowerCase() ?? ""];
}
