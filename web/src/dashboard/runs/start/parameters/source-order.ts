import type { SourceFile } from "nen-client";
import type { Schema } from "../../../schema/schema";

/**
 * The schema with its properties in the order in which the workflow declares them: servers send them by name. What is not
 * found in the files stands at the end, what is needed first.
 */
export function inSourceOrder(schema: Schema, files: readonly SourceFile[]): Schema {
  const source = files.filter(({ filename }) => filename.endsWith(".py")).map(({ content }) => content).join("\n");
  const definitions = schema["$defs"];
  return {
    ...ordered(schema, source),
    ...(isObject(definitions) && { $defs: Object.fromEntries(Object.entries(definitions).map(([name, one]) => [name, isObject(one) ? ordered(one, source) : one])) }),
  };
}

function ordered(schema: Schema, source: string): Schema {
  const properties = schema["properties"];
  if (!isObject(properties)) return schema;
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  // A model's title is the name of its class.
  const from = Math.max(0, source.search(new RegExp(`^class ${escaped(String(schema["title"] ?? ""))}\\b`, "m")));
  const body = source.slice(from);
  const placed = Object.entries(properties).map((entry) => {
    const at = body.search(new RegExp(`^[ \\t]+${escaped(entry[0])}[ \\t]*:`, "m"));
    return { entry, place: at < 0 ? Number.MAX_SAFE_INTEGER : at, last: Number(!required.has(entry[0])) };
  });
  placed.sort((a, b) => a.place - b.place || a.last - b.last);
  return { ...schema, properties: Object.fromEntries(placed.map(({ entry }) => entry)) };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
