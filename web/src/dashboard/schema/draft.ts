import { type Property, propertiesOf, type Schema } from "./schema";

/** What a person has entered so far: one text for each property, empty for nothing. */
export type Draft = Readonly<Record<string, string>>;

/** What the entries mean, or what is wrong with them, by property. */
export interface Reading {
  values: Record<string, unknown>;
  errors: Record<string, string>;
}

/** The entries that mean `values`; where there is none, the schema's own default. */
export function draftOf(schema: Schema, values: Record<string, unknown> = {}): Draft {
  return Object.fromEntries(
    propertiesOf(schema).map((property) => {
      const value = property.name in values ? values[property.name] : property.default;
      const none = property.entry === "flag" && property.required ? "false" : "";
      return [property.name, value === undefined || value === null ? none : written(property, value)];
    }),
  );
}

/** Reads the entries. The server has the last word; this tells beforehand what it would refuse. */
export function readDraft(schema: Schema, draft: Draft): Reading {
  const reading: Reading = { values: {}, errors: {} };
  for (const property of propertiesOf(schema)) {
    const text = draft[property.name] ?? "";
    if (text === "") {
      if (property.required) reading.errors[property.name] = property.entry === "choice" ? "Choose one." : "This is needed.";
      continue;
    }
    try {
      const value = valueOf(property, text);
      check(property.schema, value);
      reading.values[property.name] = value;
    } catch (error) {
      reading.errors[property.name] = error instanceof Error ? error.message : String(error);
    }
  }
  return reading;
}

function written({ entry }: Property, value: unknown): string {
  if (entry === "lines" && Array.isArray(value)) return value.join("\n");
  if (entry === "tuple" && Array.isArray(value)) return value.join(", ");
  if (entry === "time" && typeof value === "string") return value.slice(0, 16);
  return typeof value === "string" ? value : JSON.stringify(value, null, entry === "json" ? 2 : undefined);
}

function valueOf({ entry, options, schema }: Property, text: string): unknown {
  switch (entry) {
    case "integer":
    case "number":
      return numberOf(text, entry === "integer");
    case "flag":
      return text === "true";
    case "choice":
      return options.find((option) => (typeof option === "string" ? option : JSON.stringify(option)) === text);
    case "time":
      return new Date(text).toISOString();
    case "lines": {
      const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
      const items = schema["items"] as Schema | undefined;
      return items?.["type"] === "string" ? lines : lines.map((line) => numberOf(line, items?.["type"] === "integer"));
    }
    case "tuple":
      return tupleOf(text, schema);
    case "json":
      return jsonOf(text);
    default:
      return text;
  }
}

function numberOf(text: string, whole: boolean): number {
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number)) throw new Error("This must be a number.");
  if (whole && !Number.isInteger(number)) throw new Error("This must be a whole number.");
  return number;
}

/** Numbers of a fixed count, such as a place on the screen. */
function tupleOf(text: string, schema: Schema): number[] {
  const items = schema["items"] as Schema | undefined;
  const numbers = text.split(/[\s,;[\]]+/).filter(Boolean).map((one) => numberOf(one, items?.["type"] === "integer"));
  if (numbers.length !== schema["minItems"]) throw new Error(`This must be ${String(schema["minItems"])} numbers, with commas between them.`);
  return numbers;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This must be JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function check(schema: Schema, value: unknown): void {
  const limit = (name: string): number | undefined => (typeof schema[name] === "number" ? schema[name] : undefined);
  if (typeof value === "number") {
    const [least, most] = [limit("minimum"), limit("maximum")];
    if (least !== undefined && value < least) throw new Error(`This must be ${least} or more.`);
    if (most !== undefined && value > most) throw new Error(`This must be ${most} or less.`);
    const [above, below] = [limit("exclusiveMinimum"), limit("exclusiveMaximum")];
    if (above !== undefined && value <= above) throw new Error(`This must be more than ${above}.`);
    if (below !== undefined && value >= below) throw new Error(`This must be less than ${below}.`);
  }
  if (typeof value === "string") {
    const length = [...value].length;
    const [least, most] = [limit("minLength"), limit("maxLength")];
    if (least !== undefined && length < least) throw new Error(`This needs at least ${least} characters.`);
    if (most !== undefined && length > most) throw new Error(`This may have at most ${most} characters.`);
    if (typeof schema["pattern"] === "string" && !fits(schema["pattern"], value)) throw new Error(`This must look like ${schema["pattern"]}.`);
  }
  if (Array.isArray(value)) {
    const [least, most] = [limit("minItems"), limit("maxItems")];
    if (least !== undefined && value.length < least) throw new Error(`This needs at least ${least} entries.`);
    if (most !== undefined && value.length > most) throw new Error(`This may have at most ${most} entries.`);
  }
}

function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true; // a pattern of another dialect: the server decides
  }
}
