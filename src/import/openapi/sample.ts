import { literal } from "../../draft/mod.ts";

/** Levels of a sample; a schema that refers to itself ends there. */
const DEPTH_MAX = 6;
/** Values of an object or a list. */
const PROPERTIES_MAX = 100;
const TEXT_CHARS_MAX = 64;
const WHOLE_MAX = 1_000_000;

type JsonMap = Readonly<Record<string, unknown>>;

/** Follows a `$ref`; what leads nowhere is an empty schema. */
export type Resolve = (node: unknown) => JsonMap;

/**
 * A value that a schema allows (JSON Schema as OpenAPI 3.0 and 3.1 have it):
 * its example where there is one, a field that draws from its enum or its range
 * where there is none.
 */
export function sampleOf(
  schema: unknown,
  resolve: Resolve,
  depth = 0,
): unknown {
  const node = resolve(schema);
  const given = exampleIn(node);
  if (given !== undefined) return literals(given);
  if (depth > DEPTH_MAX) return null;
  const [part] = listOf(node.oneOf).concat(listOf(node.anyOf));
  if (part !== undefined) return sampleOf(part, resolve, depth + 1);
  const all = listOf(node.allOf);
  if (all.length > 0) return merged(node, all, { resolve, depth });
  const values = listOf(node.enum);
  if (values.length > 0) return picked(values);
  switch (typeOf(node)) {
    case "object":
      return objectOf(node, resolve, depth);
    case "array":
      return [sampleOf(node.items ?? {}, resolve, depth + 1)];
    case "integer":
    case "number":
      return numberOf(node);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return textOf(node);
  }
}

function exampleIn(node: JsonMap): unknown {
  if (node.const !== undefined) return node.const;
  if (node.example !== undefined) return node.example;
  const [first] = listOf(node.examples);
  return first ?? node.default;
}

/** Strings of an example mean themselves. */
export function literals(value: unknown): unknown {
  if (typeof value === "string") return literal(value);
  if (Array.isArray(value)) return value.map(literals);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, literals(item)]),
  );
}

function merged(
  node: JsonMap,
  all: readonly unknown[],
  { resolve, depth }: { readonly resolve: Resolve; readonly depth: number },
): unknown {
  const { allOf: _, ...own } = node;
  const samples = [...all, own].map((part) =>
    sampleOf({ type: "object", ...resolve(part) }, resolve, depth + 1)
  );
  const objects = samples.filter((sample) =>
    typeof sample === "object" && sample !== null && !Array.isArray(sample)
  );
  return Object.assign({}, ...objects);
}

function objectOf(node: JsonMap, resolve: Resolve, depth: number): unknown {
  const properties = mapOf(node.properties);
  const entries = Object.entries(properties).slice(0, PROPERTIES_MAX)
    .filter(([, schema]) => resolve(schema).readOnly !== true)
    .map(([name, schema]) => [name, sampleOf(schema, resolve, depth + 1)]);
  return Object.fromEntries(entries);
}

function typeOf(node: JsonMap): unknown {
  const { type } = node;
  if (Array.isArray(type)) {
    return type.find((each) => each !== "null") ?? "null";
  }
  if (type !== undefined) return type;
  if (node.properties !== undefined) return "object";
  return node.items === undefined ? "string" : "array";
}

/** Values that a field can draw among; others are the first. */
function picked(values: readonly unknown[]): unknown {
  const words = values.map(String);
  const isText = values.every((value) => typeof value === "string");
  const isPlain = isText && words.every((word) => /^[\w.:-]{1,64}$/.test(word));
  if (!isPlain || values.length === 1) return literals(values[0]);
  return `{{pick ${words.join(" ")}}}`;
}

function numberOf(node: JsonMap): unknown {
  const least = bound(node.minimum, node.exclusiveMinimum, 1) ?? 1;
  const most = bound(node.maximum, node.exclusiveMaximum, -1) ??
    Math.max(least, Math.min(WHOLE_MAX, least + 999));
  const [from, to] = [Math.ceil(least), Math.floor(most)];
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from <= to
    ? `{{int ${from} ${to}}}`
    : least;
}

/** OpenAPI 3.0 says `exclusiveMinimum: true` beside `minimum`, 3.1 says a number. */
function bound(
  inclusive: unknown,
  exclusive: unknown,
  step: 1 | -1,
): number | null {
  if (typeof exclusive === "number") return exclusive + step;
  if (typeof inclusive !== "number") return null;
  return exclusive === true ? inclusive + step : inclusive;
}

function textOf({ format, minLength, maxLength }: JsonMap): string {
  switch (format) {
    case "uuid":
      return "{{uuid}}";
    case "date-time":
      return "{{now iso}}";
    case "date":
      return "2026-01-31";
    case "time":
      return "12:00:00Z";
    case "email":
      return "user{{int 1 1000}}@example.com";
    case "uri":
    case "url":
      return "https://example.com/{{int 1 1000}}";
    case "ipv4":
      return "192.0.2.{{int 1 254}}";
    case "ipv6":
      return "2001:db8::{{int 1 9999}}";
    case "hostname":
      return "example.com";
    case "byte":
      return "a2Fy";
  }
  const least = typeof minLength === "number" ? minLength : 1;
  const most = typeof maxLength === "number" ? maxLength : 8;
  const length = Math.max(
    1,
    Math.min(Math.max(least, Math.min(8, most)), TEXT_CHARS_MAX),
  );
  return `{{hex ${Math.round(length)}}}`;
}

/** A list, or nothing. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A mapping, or an empty one. */
export function mapOf(value: unknown): JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as JsonMap
    : {};
}
