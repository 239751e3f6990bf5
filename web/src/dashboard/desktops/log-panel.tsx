import type { Size, ToolLogEntry } from "nen-client";
import { useState } from "preact/hooks";
import { Skeleton } from "../components/loading";
import { LoadMore } from "../components/load-more";
import { Empty, ErrorNotice } from "../components/notice";
import { pointersOf } from "../actions/pointer";
import type { ActionLog } from "./log";
import { LogEntry } from "./log-entry";

/** What is done on the desktop, as it happens, the newest on top. */
export function LogPanel({ log, display, hint }: { log: ActionLog; display: Size; hint: string }) {
  const [openId, setOpen] = useState<number | null>(null);
  const entries = log.entries.value;
  const error = log.error.value;
  if (entries === undefined) return error === undefined ? <Skeleton lines={6} /> : <ErrorNotice error={error} again={() => void log.reload()} />;
  if (entries.length === 0) {
    return (
      <Empty icon="list" title="Nothing done yet">
        {hint}
      </Empty>
    );
  }
  const pointers = pointersOf(entries);
  const rows: readonly (readonly [ToolLogEntry, readonly [number, number] | null])[] = entries
    .map((entry, index) => [entry, pointers[index] ?? null] as const)
    .reverse();
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} again={() => void log.reload()} />}
      <ol class="log plain" aria-label="Actions, newest first" aria-live="off">
        {rows.map(([entry, pointer]) => (
          <LogEntry
            key={entry.id}
            entry={entry}
            pointer={pointer}
            display={display}
            isOpen={openId === entry.id}
            onToggle={() => setOpen(openId === entry.id ? null : entry.id)}
          />
        ))}
      </ol>
      <LoadMore more={log.more.value} busy={log.busy.value} onMore={() => void log.loadEarlier()} label="Load earlier" />
    </>
  );
}
