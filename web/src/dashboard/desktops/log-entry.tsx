import type { Size, ToolLogEntry } from "nen-client";
import { useId } from "preact/hooks";
import { actorName, describe } from "../actions/describe";
import { MarkedPicture } from "../actions/marked-picture";
import { markOf } from "../actions/pointer";
import { Code } from "../components/code";
import { Facts } from "../components/facts";
import { formatDateTime, formatDuration, formatTime } from "../components/format";
import { Icon } from "../components/icon";
import { Json } from "../components/json";

/** One action: a sentence, who did it and when; opened, its picture and all that is known. */
export function LogEntry(props: {
  entry: ToolLogEntry;
  pointer: readonly [number, number] | null;
  display: Size;
  isOpen: boolean;
  onToggle(): void;
}) {
  const { entry, isOpen, onToggle } = props;
  const { icon, text } = describe(entry);
  const id = useId();
  const failed = entry.status === "error";
  return (
    <li class={`log-entry ${entry.status} ${isOpen ? "open" : ""}`}>
      <button type="button" class="log-row" aria-expanded={isOpen} aria-controls={isOpen ? id : undefined} onClick={onToggle}>
        <span class="log-icon">
          <Icon name={failed ? "alert" : icon} />
        </span>
        <span class="log-text">
          <span class="log-sentence">{text}</span>
          {failed && entry.error && <span class="log-error bad">{entry.error}</span>}
          <span class="log-facts muted">
            <span class="clip">{actorName(entry.actor)}</span>
            <time dateTime={new Date(entry.startedAt * 1000).toISOString()} title={formatDateTime(entry.startedAt)}>
              {formatTime(entry.startedAt)}
            </time>
            {entry.durationMs >= 0.5 && <span>{formatDuration(entry.durationMs)}</span>}
            {entry.status === "skipped" && <span>skipped</span>}
            {typeof entry.changed === "boolean" && <span>{entry.changed ? "changed" : "no change"}</span>}
          </span>
        </span>
        {entry.screenshot && <Icon name="image" size={14} />}
        <Icon name={isOpen ? "chevronDown" : "chevronRight"} size={14} />
      </button>
      {isOpen && (
        <div id={id} class="log-more">
          <Opened {...props} text={text} />
        </div>
      )}
    </li>
  );
}

function Opened({ entry, pointer, display, text }: { entry: ToolLogEntry; pointer: readonly [number, number] | null; display: Size; text: string }) {
  const { screenshot, output, params } = entry;
  return (
    <>
      {screenshot ? (
        <a class="log-picture" href={screenshot} target="_blank" rel="noopener" title="Open the picture in full size">
          <MarkedPicture src={screenshot} alt={`Screen after: ${text}`} display={display} mark={markOf(entry)} pointer={pointer} />
        </a>
      ) : (
        <p class="muted small">No picture was taken after this action.</p>
      )}
      {output && <Code label="Output" text={output} wrap />}
      {Object.keys(params).length > 0 && <Json value={params} />}
      <Facts
        items={[
          ["Action", <code>{`${entry.tool}.${entry.action}`}</code>],
          ["Number", entry.id],
          ["Screen", typeof entry.changed === "boolean" ? (entry.changed ? "changed" : "did not change") : null],
          ["Began", formatDateTime(entry.startedAt)],
        ]}
      />
    </>
  );
}
