import { readDraft } from "../../../schema/draft";
import type { Schema } from "../../../schema/schema";
import type { Entered, Entries } from "./entry";
import { alone, type Parameter } from "./parameter";

/** What is wrong, by the path of the value: `lines.0.amount`. */
export type Errors = Record<string, string>;

export interface Read {
  values: Record<string, unknown>;
  errors: Errors;
}

/** Reads what was entered. The server has the last word; this tells beforehand what it would refuse. */
export function readEntries(parameters: readonly Parameter[], entries: Entries, root: Schema): Read {
  const errors: Errors = {};
  return { values: valuesOf(parameters, entries, "", root, errors), errors };
}

function valuesOf(parameters: readonly Parameter[], entries: Entries, path: string, root: Schema, errors: Errors): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const entered = entries[parameter.name];
    const value = entered && valueOf(parameter, entered, below(path, parameter.name), root, errors);
    if (value !== undefined) values[parameter.name] = value;
  }
  return values;
}

/** The path of what is called so inside. */
export function below(path: string, name: string | number): string {
  return path === "" ? String(name) : `${path}.${name}`;
}

/** Undefined for nothing, or for what is wrong. */
function valueOf(parameter: Parameter, entered: Entered, path: string, root: Schema, errors: Errors): unknown {
  const { inside, name, required } = parameter;
  if (entered.kind === "object" && inside.kind === "object") {
    return entered.isOn ? valuesOf(inside.parameters(), entered.values, path, root, errors) : undefined;
  }
  if (entered.kind === "list" && inside.kind === "list") {
    const values = entered.values.map((one, at) => valueOf(inside.item(at), one, below(path, at), root, errors) ?? null);
    const wrong = countWrong(parameter, values.length, "entry", "entries") ?? (parameter.schema["uniqueItems"] ? repeated(values) : null);
    if (values.length === 0 && isLeftOut(parameter)) return undefined;
    if (wrong) errors[path] = wrong;
    return values;
  }
  if (entered.kind === "map" && inside.kind === "map") {
    const named = entered.values.filter(([key]) => key.trim() !== "");
    const values = named.map(([key, one]) => [key.trim(), valueOf(inside.value(key.trim()), one, below(path, key.trim()), root, errors)] as const);
    if (new Set(values.map(([key]) => key)).size < values.length) errors[path] = "Each name may be there once.";
    if (values.length === 0 && isLeftOut(parameter)) return undefined;
    return Object.fromEntries(values);
  }
  if (entered.kind === "choice" && inside.kind === "choice") {
    const chosen = inside.alternatives[entered.at];
    if (!chosen && required) errors[path] = "Choose one.";
    return chosen && valueOf({ ...chosen.parameter, required: true }, entered.value, path, root, errors);
  }
  if (entered.kind !== "field") return undefined;
  const { values, errors: wrong } = readDraft(alone(parameter, root), { [name]: entered.text });
  if (wrong[name]) errors[path] = wrong[name];
  return values[name];
}

/** Nothing entered means the same as not giving it. */
function isLeftOut({ required, default: usual }: Parameter): boolean {
  const isEmpty = usual === undefined || usual === null || (typeof usual === "object" && Object.keys(usual).length === 0);
  return !required && isEmpty;
}

function countWrong({ schema }: Parameter, count: number, one: string, many: string): string | null {
  const [least, most] = [Number(schema["minItems"] ?? 0), Number(schema["maxItems"] ?? Number.POSITIVE_INFINITY)];
  if (count < least) return `This needs at least ${least} ${least === 1 ? one : many}.`;
  return count > most ? `This may have at most ${most} ${most === 1 ? one : many}.` : null;
}

function repeated(values: readonly unknown[]): string | null {
  return new Set(values.map((value) => JSON.stringify(value))).size < values.length ? "Each entry may be there once." : null;
}
