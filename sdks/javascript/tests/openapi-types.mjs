// Writes build/openapi.d.ts: the schemas of docs/openapi.json as types, for types-fit.ts to compare ours with.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const root = new URL("..", import.meta.url);
const { components } = JSON.parse(readFileSync(new URL("../../docs/openapi.json", root), "utf8"));

function typeOf(schema) {
  if (schema.$ref) return `Schemas["${schema.$ref.split("/").at(-1)}"]`;
  if (schema.allOf) return schema.allOf.map((one) => `(${typeOf(one)})`).join(" & ");
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return either.map((one) => `(${typeOf(one)})`).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.map((type) => plain(type, schema)).join(" | ");
}

function plain(type, schema) {
  if (type === "object") return objectOf(schema);
  if (type === "array") return `(${typeOf(schema.items ?? {})})[]`;
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean" || type === "null" || type === "string") return type;
  if (type === undefined) return "unknown";
  throw new Error(`type ${type} is not known here`);
}

function objectOf({ properties, required = [], additionalProperties }) {
  if (properties) {
    const fields = Object.entries(properties).map(([name, schema]) => {
      return `${JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${typeOf(schema)};`;
    });
    return `{ ${fields.join(" ")} }`;
  }
  if (typeof additionalProperties === "object") return `Record<string, ${typeOf(additionalProperties)}>`;
  // An object of which nothing is said stands for any JSON: what a workflow returns, a schema, arguments.
  return "unknown";
}

const lines = Object.entries(components.schemas).map(
  ([name, schema]) => `  ${JSON.stringify(name)}: ${typeOf(schema)};`,
);
mkdirSync(new URL("build", root), { recursive: true });
writeFileSync(new URL("build/openapi.d.ts", root), `export interface Schemas {\n${lines.join("\n")}\n}\n`);
