// docs/openapi.json, and samples of what it describes.

import { readFileSync } from "node:fs";
import { isObject } from "../src/wire.js";

/** As much of a JSON Schema as the document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

/** One operation. */
export interface Described {
  operationId: string;
  method: string;
  route: string;
  parameters: { name: string; in: "path" | "query" | "header"; required?: boolean; schema: Schema }[];
  body: Content | undefined;
  /** Status and contents of the first answer that is no error. */
  success: { status: number } & Content;
}

interface Document {
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, Schema> };
}

interface RawOperation {
  operationId: string;
  parameters?: Described["parameters"];
  requestBody?: Content;
  responses: Record<string, Content>;
}

// The tests run from build/tests.
const place = new URL("../../../../docs/openapi.json", import.meta.url);
const document = JSON.parse(readFileSync(place, "utf8")) as Document;

/** All operations but those of a viewer, which has a token and no key, and MCP, which has clients of its own. */
export const described: readonly Described[] = Object.entries(document.paths)
  .filter(([route]) => !/^(\/desktops\/\{id\}\/view(\/|$)|\/mcp$|\/metrics$|\/health\/)/.test(route))
  .flatMap(([route, methods]) => Object.entries(methods).map(([method, raw]) => describe(route, method, raw)));

function describe(route: string, method: string, raw: RawOperation): Described {
  const [status, success] = Object.entries(raw.responses).find(([code]) => code < "300") ?? ["200", {}];
  const { operationId, parameters = [], requestBody } = raw;
  const found = { operationId, method: method.toUpperCase(), route, parameters, body: requestBody };
  return { ...found, success: { ...success, status: Number(status) } };
}

/** The operation of a request; `path` is without its query. */
export function operationAt(
  method: string,
  path: string,
): { described: Described; values: Record<string, string> } | undefined {
  for (const one of described) {
    if (one.method !== method) continue;
    const names = [...one.route.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
    const pattern = new RegExp(`^${one.route.replaceAll(".", "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`);
    const found = pattern.exec(path);
    if (found) {
      const values = names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? "")]);
      return { described: one, values: Object.fromEntries(values) };
    }
  }
  return undefined;
}

/** Something that fits a schema, with every field it knows. */
export function sample(schema: Schema): unknown {
  if (schema.$ref) return sample(document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(sample));
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return sample(either[0] ?? {});
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "array") return [sample(schema.items ?? {})];
  if (type === "integer" || type === "number") return 7;
  if (type === "boolean") return true;
  if (type === "string") return "text";
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, sample(field)]));
  }
  // Somebody else's object: its names must come through as they are.
  return isObject(schema.additionalProperties) ? { some_label: "text" } : { some_name: { deeper_name: 1 } };
}
