import { type Property, propertiesOf, type Schema } from "../../../schema/schema";

/** A property of a schema with what lies inside it, which is worked out when it is wanted: schemas may hold themselves. */
export interface Parameter extends Property {
  inside: Inside;
}

export type Inside =
  | { kind: "field" }
  | { kind: "object"; parameters(): Parameter[] }
  | { kind: "list"; item(number: number): Parameter }
  | { kind: "map"; value(name: string): Parameter }
  | { kind: "choice"; alternatives: readonly Alternative[] };

/** One of several shapes that a value may have. */
export interface Alternative {
  label: string;
  parameter: Parameter;
}

/** The parameters of an object schema. `root` holds the definitions. */
export function parametersOf(schema: Schema, root: Schema = schema): Parameter[] {
  const properties = Object.entries(objectOf(schema["properties"])).map(([name, given]) => [name, titled(name, merged(objectOf(given)))]);
  const found = propertiesOf({ ...schema, ...definitionsOf(root), properties: Object.fromEntries(properties) });
  return found.map((property) => ({ ...property, inside: insideOf(property, root) }));
}

/** The schema of an object that has this parameter alone, for what reads and shows single fields. */
export function alone({ name, label, description, required, schema, default: usual }: Parameter, root: Schema): Schema {
  const own = { ...schema, title: label, ...(description && { description }), ...(usual !== undefined && { default: usual }) };
  return { type: "object", ...definitionsOf(root), properties: { [name]: own }, required: required ? [name] : [] };
}

function parameterOf(name: string, schema: Schema, required: boolean, root: Schema): Parameter {
  const [found] = parametersOf({ type: "object", properties: { [name]: schema }, required: required ? [name] : [] }, root);
  if (!found) throw new Error(`there is no schema for ${name}`);
  return found;
}

function insideOf(property: Property, root: Schema): Inside {
  const { schema, entry, name, required } = property;
  const items = objectOf(schema["items"]);
  if (schema["type"] === "array" && entry !== "tuple" && Object.keys(items).length > 0 && !Array.isArray(schema["prefixItems"])) {
    // Plain texts and numbers are quicker typed line by line; what cannot be told so is a list all the same.
    return { kind: "list", item: (number) => labelled(parameterOf(String(number), items, true, root), items, property.label, number) };
  }
  if (entry !== "json") return { kind: "field" };
  if (schema["type"] === "object") {
    if (Object.keys(objectOf(schema["properties"])).length > 0) return { kind: "object", parameters: () => parametersOf(schema, root) };
    const value = objectOf(schema["additionalProperties"]);
    if (Object.keys(value).length > 0) return { kind: "map", value: (key) => parameterOf(key, value, true, root) };
  }
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) {
    const real = choices.map(objectOf).filter((one) => one["type"] !== "null");
    const alternatives = real.map((one) => {
      const parameter = parameterOf(name, { ...one, title: property.label }, required, root);
      return { label: kindOf(one, parameter), parameter };
    });
    if (alternatives.length > 1) return { kind: "choice", alternatives };
  }
  return { kind: "field" };
}

/** What a shape is called in a list of shapes. */
function kindOf(given: Schema, { schema }: Parameter): string {
  const title = given["title"] ?? (typeof given["$ref"] === "string" ? given["$ref"].split("/").at(-1) : undefined);
  if (typeof title === "string") return title;
  const words: Record<string, string> = { string: "Text", integer: "Whole number", number: "Number", boolean: "Yes or no", array: "List", object: "Object" };
  return words[String(schema["type"])] ?? "JSON";
}

function labelled(parameter: Parameter, items: Schema, list: string, number: number): Parameter {
  const own = typeof items["$ref"] === "string" ? items["$ref"].split("/").at(-1) : items["title"];
  return { ...parameter, label: `${typeof own === "string" ? own : list} ${number + 1}` };
}

/** Pydantic makes up titles from names, and a class gives its own to whatever refers to it: neither says more than the name. */
function titled(name: string, schema: Schema): Schema {
  const title = schema["title"];
  const isMadeUp = typeof title !== "string" || title.toLowerCase() === name.replaceAll("_", " ").toLowerCase();
  return { ...schema, title: isMadeUp ? spoken(name) : title };
}

function spoken(name: string): string {
  const words = name.replace(/[_-]+/g, " ").replace(/(?<=[a-z])(?=[A-Z])/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `{"allOf": [{"$ref": …}], "default": …}` says the same as without `allOf`. */
function merged({ allOf, ...rest }: Schema): Schema {
  return Array.isArray(allOf) && allOf.length === 1 ? { ...objectOf(allOf[0]), ...rest } : allOf === undefined ? rest : { allOf, ...rest };
}

function definitionsOf(root: Schema): Schema {
  return { ...(root["$defs"] !== undefined && { $defs: root["$defs"] }), ...(root["definitions"] !== undefined && { definitions: root["definitions"] }) };
}

function objectOf(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
