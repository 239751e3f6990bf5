import { draftOf } from "../../../schema/draft";
import type { Schema } from "../../../schema/schema";
import { alone, type Inside, type Parameter } from "./parameter";

/** What a person has entered for a parameter so far. */
export type Entered =
  | { kind: "field"; text: string }
  | { kind: "object"; isOn: boolean; values: Entries }
  | { kind: "list"; values: readonly Entered[] }
  | { kind: "map"; values: readonly (readonly [name: string, value: Entered])[] }
  /** -1: none of them. */
  | { kind: "choice"; at: number; value: Entered };

export type Entries = Readonly<Record<string, Entered>>;

/** The entries that mean `values`; where there is none, the schema's own default. */
export function entriesOf(parameters: readonly Parameter[], values: Record<string, unknown>, root: Schema): Entries {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, enteredOf(parameter, values[parameter.name], root)]));
}

/** The entry that means `value`; undefined for the default. */
export function enteredOf(parameter: Parameter, value: unknown, root: Schema): Entered {
  const { inside, required, entry } = parameter;
  const given = value ?? parameter.default ?? undefined;
  switch (inside.kind) {
    case "object": {
      const isOn = required || isObject(given);
      return { kind: "object", isOn, values: isOn ? entriesOf(inside.parameters(), isObject(given) ? given : {}, root) : {} };
    }
    case "list": {
      const values = Array.isArray(given) ? given : [];
      if (entry === "lines" && values.every(isLine)) return fieldOf(parameter, value, root);
      const least = required ? Math.min(Number(parameter.schema["minItems"] ?? 0), 20) : 0;
      const count = Math.max(values.length, least);
      return { kind: "list", values: Array.from({ length: count }, (_, at) => enteredOf(inside.item(at), values[at], root)) };
    }
    case "map":
      return { kind: "map", values: isObject(given) ? Object.entries(given).map(([name, one]) => [name, enteredOf(inside.value(name), one, root)]) : [] };
    case "choice":
      return chosenOf(parameter, inside, given, root);
    default:
      return fieldOf(parameter, value, root);
  }
}

function chosenOf(parameter: Parameter, { alternatives }: Extract<Inside, { kind: "choice" }>, given: unknown, root: Schema): Entered {
  const fitting = alternatives.findIndex(({ parameter: { schema } }) => given !== undefined && fits(schema, given));
  const at = fitting >= 0 ? fitting : parameter.required || given !== undefined ? 0 : -1;
  const chosen = alternatives[Math.max(at, 0)];
  if (!chosen) return { kind: "field", text: "" };
  return { kind: "choice", at, value: enteredOf(chosen.parameter, given, root) };
}

function fieldOf(parameter: Parameter, value: unknown, root: Schema): Entered {
  // What cannot be chosen would be shown as nothing, and mean something.
  const isNone = value === undefined || value === null || (parameter.entry === "choice" && !parameter.options.includes(value));
  const given = isNone ? {} : { [parameter.name]: value };
  return { kind: "field", text: draftOf(alone(parameter, root), given)[parameter.name] ?? "" };
}

/** Whether a value has the shape of a schema, as far as that tells alternatives from each other. */
function fits(schema: Schema, value: unknown): boolean {
  if (Array.isArray(schema["enum"])) return schema["enum"].includes(value);
  if ("const" in schema) return schema["const"] === value;
  const type = schema["type"];
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type !== "object") return type === typeof value;
  if (!isObject(value)) return false;
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const constantsFit = Object.entries(properties).every(([name, one]) => !isObject(one) || !("const" in one) || one["const"] === value[name]);
  return constantsFit && required.every((name) => String(name) in value);
}

/** Whether a value survives being a line among lines. */
function isLine(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && value !== "" && value === value.trim() && !value.includes("\n"));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
