/** A JSON Schema, as it was sent. */
export type Schema = Record<string, unknown>;

/** How a value is entered. */
export type Entry = "text" | "long" | "number" | "integer" | "flag" | "choice" | "date" | "time" | "tuple" | "lines" | "json";

/** One property of an object schema, as a form needs it. */
export interface Property {
  name: string;
  /** What a person reads: the schema's title, else the name. */
  label: string;
  description: string | undefined;
  required: boolean;
  entry: Entry;
  /** Without references and without null. */
  schema: Schema;
  /** What can be chosen. */
  options: readonly unknown[];
  default: unknown;
}

/** The properties of an object schema. */
export function propertiesOf(schema: Schema): Property[] {
  const properties = objectOf(schema["properties"]);
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  return Object.entries(properties).map(([name, given]) => {
    const outer = resolve(objectOf(given), schema);
    const inner = withoutNull(outer, schema);
    const options = optionsOf(inner);
    return {
      name,
      label: textOf(outer["title"]) ?? textOf(inner["title"]) ?? spoken(name),
      description: textOf(outer["description"]) ?? textOf(inner["description"]),
      required: required.has(name),
      entry: entryOf(inner, options),
      schema: inner,
      options,
      default: outer["default"] ?? inner["default"],
    };
  });
}

function entryOf(schema: Schema, options: readonly unknown[]): Entry {
  if (options.length > 0) return "choice";
  const type = schema["type"];
  if (type === "boolean") return "flag";
  if (type === "integer" || type === "number") return type;
  if (type === "string") {
    if (schema["format"] === "date") return "date";
    if (schema["format"] === "date-time") return "time";
    return Number(schema["maxLength"] ?? 0) > 200 || schema["format"] === "textarea" ? "long" : "text";
  }
  if (type === "array") {
    const items = objectOf(schema["items"])["type"];
    const isNumeric = items === "number" || items === "integer";
    if (isNumeric && schema["minItems"] !== undefined && schema["minItems"] === schema["maxItems"]) return "tuple";
    if (items === "string" || isNumeric) return "lines";
  }
  return "json";
}

function optionsOf(schema: Schema): readonly unknown[] {
  if (Array.isArray(schema["enum"])) return schema["enum"].filter((one) => one !== null);
  return "const" in schema ? [schema["const"]] : [];
}

/** `{"type": ["string", "null"]}` and `anyOf` with null mean: may be left out. */
function withoutNull(schema: Schema, root: Schema): Schema {
  const type = schema["type"];
  if (Array.isArray(type)) {
    const named = type.filter((one) => one !== "null");
    return { ...schema, type: named.length === 1 ? named[0] : undefined };
  }
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (!Array.isArray(choices)) return schema;
  const real = choices.map((one) => resolve(objectOf(one), root)).filter((one) => one["type"] !== "null");
  const only = real.length === 1 ? real[0] : undefined;
  if (only) return { ...withoutChoices(schema), ...only };
  const constants = real.map((one) => one["const"]);
  return constants.every((one) => one !== undefined) ? { ...withoutChoices(schema), enum: constants } : schema;
}

function withoutChoices({ anyOf: _any, oneOf: _one, ...rest }: Schema): Schema {
  return rest;
}

/** Follows `#/$defs/Name`; a reference to anywhere else stays what it is. */
function resolve(schema: Schema, root: Schema, depth = 0): Schema {
  const reference = schema["$ref"];
  if (typeof reference !== "string" || !reference.startsWith("#/") || depth > 8) return schema;
  let found: unknown = root;
  for (const name of reference.slice(2).split("/")) found = objectOf(found)[name.replace(/~1/g, "/").replace(/~0/g, "~")];
  const { $ref: _reference, ...beside } = schema;
  return { ...resolve(objectOf(found), root, depth + 1), ...beside };
}

function objectOf(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `invoice_month` as `Invoice month`. */
function spoken(name: string): string {
  const words = name.replace(/[_-]+/g, " ").replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase().trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
