import { IconButton } from "../components/button";
import { formatBytes } from "../components/format";
import type { Upload } from "./uploads";

/** Files on their way, and what became of them. */
export function UploadList({ uploads, onClear }: { uploads: readonly Upload[]; onClear(upload: Upload): void }) {
  if (uploads.length === 0) return null;
  return (
    <ul class="upload-list plain" aria-label="Uploads">
      {uploads.map((upload) => (
        <UploadRow key={upload.number} upload={upload} onClear={() => onClear(upload)} />
      ))}
    </ul>
  );
}

const WORDS = { going: "", done: "uploaded", failed: "failed", stopped: "stopped" } as const;

function UploadRow({ upload, onClear }: { upload: Upload; onClear(): void }) {
  const { name, size, done, state, error, stop } = upload;
  const isGoing = state.value === "going";
  const percent = Math.round(done.value * 100);
  return (
    <li class={`upload-row ${state.value}`}>
      <div class="grow">
        <div class="row apart small">
          <span class="clip">{name}</span>
          <span class="muted" role="status">
            {isGoing ? `${percent} % of ${formatBytes(size)}` : WORDS[state.value]}
          </span>
        </div>
        {isGoing && <progress aria-label={`Upload of ${name}`} value={percent} max={100} />}
        {error.value && <p class="bad small">{error.value}</p>}
      </div>
      <IconButton label={isGoing ? `Stop the upload of ${name}` : `Dismiss ${name}`} icon="cross" small onClick={isGoing ? stop : onClear} />
    </li>
  );
}
