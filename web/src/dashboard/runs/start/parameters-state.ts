import { useMemo, useState } from "preact/hooks";
import type { Schema } from "../../schema/schema";
import { entriesOf, type Entries } from "./parameters/entry";
import { parametersOf } from "./parameters/parameter";
import { type Errors, readEntries } from "./parameters/read-entries";
import type { Mode } from "./parameters-card";

/** What is entered for the parameters, in one of two ways that follow each other. */
export function useParameters(schema: Schema, first: Record<string, unknown>) {
  const parameters = useMemo(() => parametersOf(schema), [schema]);
  const [entries, setEntries] = useState<Entries>(() => entriesOf(parameters, first, schema));
  const [mode, setMode] = useState<Mode>("form");
  const [json, setJson] = useState("");
  const [jsonError, setJsonError] = useState<string | null>(null);
  /** Mistakes are told from the first attempt on, not while something is being filled in for the first time. */
  const [errors, setErrors] = useState<Errors>({});

  const read = (): { values: Record<string, unknown>; errors: Errors } | null => {
    if (mode === "form") return readEntries(parameters, entries, schema);
    try {
      const values: unknown = JSON.parse(json.trim() || "{}");
      if (typeof values !== "object" || values === null || Array.isArray(values)) throw new Error("it must be an object, in braces");
      return { values: values as Record<string, unknown>, errors: {} };
    } catch (error) {
      setJsonError(`This cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };

  const change = (next: Mode): void => {
    if (next === mode) return;
    const now = read();
    if (!now) return; // the text stays until it can be read
    setErrors({});
    setJsonError(null);
    if (next === "json") setJson(JSON.stringify(now.values, null, 2));
    else setEntries(entriesOf(parameters, now.values, schema));
    setMode(next);
  };

  return {
    parameters,
    entries,
    errors,
    setErrors,
    mode,
    json,
    jsonError,
    read,
    onMode: change,
    onJson: (text: string) => {
      setJson(text);
      setJsonError(null);
      setErrors({});
    },
    onEntries: (next: Entries, path: string) => {
      setEntries(next);
      setErrors((before) => Object.fromEntries(Object.entries(before).filter(([at]) => at !== path && !at.startsWith(`${path}.`))));
    },
  };
}
