import { signal, type Signal } from "@preact/signals";
import type { ToolLogEntry } from "nen-client";
import { useEffect, useState } from "preact/hooks";
import { nen } from "../server/client";
import { onEvent, onStreamBegin } from "../server/events";
import { entryOf } from "./activity";

const PAGE = 60;

/** The tool log of one desktop as it grows. */
export interface ActionLog {
  /** Oldest first; undefined before the first answer. */
  entries: Signal<readonly ToolLogEntry[] | undefined>;
  error: Signal<unknown>;
  /** Whether there are earlier ones. */
  more: Signal<boolean>;
  busy: Signal<boolean>;
  loadEarlier(): Promise<void>;
  reload(): Promise<void>;
}

/** Follows the log of a desktop for as long as the component is there. */
export function useActionLog(id: string): ActionLog {
  const [log] = useState(() => actionLog(id));
  useEffect(() => {
    void log.reload();
    const ends = [
      onStreamBegin(() => void log.reload()),
      onEvent(({ desktopId, kind, data }) => {
        if (desktopId !== id) return;
        if (kind === "action") log.add(entryOf(data));
        if (kind === "picture") log.picture(Number(data["entry"]), String(data["screenshot"]));
      }),
    ];
    return () => ends.forEach((end) => end());
  }, [log]);
  return log;
}

function actionLog(id: string) {
  const entries = signal<readonly ToolLogEntry[] | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const more = signal(false);
  const busy = signal(false);
  const pictures = new Map<number, string>(); // those that came before their entry

  const merge = (found: readonly ToolLogEntry[]): void => {
    const all = new Map((entries.peek() ?? []).map((entry) => [entry.id, entry]));
    for (const entry of found) {
      const screenshot = entry.screenshot ?? all.get(entry.id)?.screenshot ?? pictures.get(entry.id);
      all.set(entry.id, screenshot ? { ...entry, screenshot } : entry);
    }
    entries.value = [...all.values()].sort((a, b) => a.id - b.id);
  };

  const load = async (before?: number): Promise<void> => {
    busy.value = true;
    try {
      const found = await nen.getToolLogs(id, { limit: PAGE, ...(before !== undefined && { before }) });
      const isFirst = entries.peek() === undefined;
      merge(found);
      if (isFirst || before !== undefined) more.value = found.length === PAGE;
      error.value = undefined;
    } catch (failure) {
      error.value = failure;
    } finally {
      busy.value = false;
    }
  };

  return {
    entries,
    error,
    more,
    busy,
    reload: () => load(),
    loadEarlier: () => load(entries.peek()?.[0]?.id),
    add: (entry: ToolLogEntry) => merge([entry]),
    picture(number: number, screenshot: string) {
      pictures.set(number, screenshot);
      const entry = entries.peek()?.find((one) => one.id === number);
      if (entry) merge([{ ...entry, screenshot }]);
    },
  };
}
