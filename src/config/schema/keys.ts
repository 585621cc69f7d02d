import { z } from "zod";
import type { Path } from "../source/mod.ts";
import { DURATION_REGEXP } from "./fields.ts";
import { RootSchema } from "./root.ts";

/** The parts of a JSON Schema that lead to keys. */
export interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly [keyword: string]: unknown;
}

let schemaJson: JsonSchema | undefined;

/** JSON Schema (draft 2020-12) of a configuration file, each key described. */
export function configSchemaJson(): JsonSchema {
  schemaJson ??= z.toJSONSchema(RootSchema, {
    io: "input",
    target: "draft-2020-12",
    override: ({ jsonSchema }) => {
      const { pattern } = jsonSchema;
      if (pattern !== undefined) jsonSchema.pattern = portable(pattern);
    },
  }) as JsonSchema;
  return schemaJson;
}

/** Without the escapes that JavaScript writes and other languages may not know. */
function portable(pattern: string): string {
  return pattern.replaceAll("\\/", "/").replaceAll(
    /\\u([0-9a-f]{4})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 16)),
  );
}

/** Whether a key is a duration, which a config has in milliseconds. */
export function isDuration({ pattern }: JsonSchema): boolean {
  return pattern === DURATION_REGEXP.source;
}

/** Keys that may stand at a path; null = any, or none. */
export function keysAt(path: Path): readonly string[] | null {
  let schema: JsonSchema | undefined = configSchemaJson();
  for (const step of path) {
    schema = schema?.properties?.[step] ?? schema?.items;
  }
  const isOpen = schema?.additionalProperties !== false;
  return schema?.properties === undefined || isOpen
    ? null
    : Object.keys(schema.properties);
}

/** Every path of the schema that ends with a key; `*` stands for a list's index. */
export function pathsTo(key: string): string[] {
  return allPaths().filter((path) => path.at(-1) === key)
    .map((path) => path.join("."));
}

/** Every key that stands anywhere in the schema. */
export function keyNames(): string[] {
  return [...new Set(allPaths().map((path) => path.at(-1)!))];
}

function allPaths(): string[][] {
  return [...pathsBelow(configSchemaJson(), [])];
}

function* pathsBelow(schema: JsonSchema, path: string[]): Generator<string[]> {
  if (schema.items !== undefined) {
    yield* pathsBelow(schema.items, [...path, "*"]);
  }
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    yield [...path, key];
    yield* pathsBelow(child, [...path, key]);
  }
}
