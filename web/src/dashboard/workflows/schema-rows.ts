import { parametersOf, type Parameter } from "../runs/start/parameters/parameter";
import type { Schema } from "../schema/schema";

/** One value of a schema, in words. */
export interface SchemaRow {
  path: string;
  /** How far inside. */
  depth: number;
  name: string;
  type: string;
  isRequired: boolean;
  usual: string | null;
  description: string | undefined;
  limits: string | null;
}

/** Schemas may hold themselves. */
const DEEPEST = 4;

/** The values of an object schema, those inside others below them. */
export function rowsOf(schema: Schema): SchemaRow[] {
  return parametersOf(schema).flatMap((parameter) => rowsOfParameter(parameter, parameter.name, "", 0));
}

function rowsOfParameter(parameter: Parameter, name: string, above: string, depth: number): SchemaRow[] {
  const { required, description, schema, inside, default: usual } = parameter;
  const path = `${above}/${name}`;
  const own = { path, depth, name, type: typeOf(parameter), isRequired: required, usual: usual === undefined || usual === null ? null : JSON.stringify(usual), description, limits: limitsOf(schema) };
  return [own, ...(depth < DEEPEST ? insideOf(inside, path, depth + 1) : [])];
}

function insideOf(inside: Parameter["inside"], path: string, depth: number): SchemaRow[] {
  if (inside.kind === "object") return inside.parameters().flatMap((one) => rowsOfParameter(one, one.name, path, depth));
  const item = inside.kind === "list" ? inside.item(0) : inside.kind === "map" ? inside.value("") : null;
  if (!item) return [];
  return insideOf(item.inside, path, depth);
}

function typeOf({ schema, inside, options }: Parameter): string {
  if (options.length > 0) return options.map((one) => JSON.stringify(one)).join(" or ");
  if (inside.kind === "list") return `list of ${typeOf(inside.item(0))}`;
  if (inside.kind === "map") return `map of ${typeOf(inside.value(""))}`;
  if (inside.kind === "choice") return inside.alternatives.map(({ parameter }) => typeOf(parameter)).join(" or ");
  const type = typeof schema["type"] === "string" ? schema["type"] : "any";
  return typeof schema["format"] === "string" ? schema["format"] : type;
}

const BOUNDS: readonly (readonly [name: string, words: (value: unknown) => string])[] = [
  ["minimum", (value) => `≥ ${value}`],
  ["exclusiveMinimum", (value) => `> ${value}`],
  ["maximum", (value) => `≤ ${value}`],
  ["exclusiveMaximum", (value) => `< ${value}`],
  ["multipleOf", (value) => `multiple of ${value}`],
  ["minLength", (value) => `at least ${value} ${value === 1 ? "character" : "characters"}`],
  ["maxLength", (value) => `at most ${value} characters`],
  ["minItems", (value) => `at least ${value} ${value === 1 ? "entry" : "entries"}`],
  ["maxItems", (value) => `at most ${value} entries`],
  ["pattern", (value) => `like ${value}`],
];

function limitsOf(schema: Schema): string | null {
  const found = BOUNDS.filter(([name]) => schema[name] !== undefined).map(([name, words]) => words(schema[name]));
  return found.length > 0 ? found.join(", ") : null;
}
