import * as z from "zod";
import type { Path } from "../source/mod.ts";
import { DURATION_REGEXP } from "./fields.ts";
import { RootSchema } from "./root.ts";

/** The parts of a JSON Schema that lead to keys. */
export interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  /** Kinds of an object, where there are several. */
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  /** Accepted, but deprecated: not to be written in new files. */
  readonly deprecated?: boolean;
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

/** Which keys may stand at a path. */
export interface Keys {
  /** All that are taken. */
  readonly taken: readonly string[];
  /** Those of them to tell somebody about who writes a file. */
  readonly told: readonly string[];
}

/** Keys that may stand at a path; null = any, or none. */
export function keysAt(path: Path): Keys | null {
  let schema: JsonSchema | undefined = configSchemaJson();
  for (const step of path) {
    schema = schema?.properties?.[step] ?? schema?.items;
  }
  const isOpen = schema?.additionalProperties !== false;
  if (schema?.properties === undefined || isOpen) return null;
  const keys = Object.entries(schema.properties);
  return {
    taken: keys.map(([key]) => key),
    told: keys.filter(([, { deprecated }]) => !deprecated).map(([key]) => key),
  };
}

/** Every path to tell of that ends with a key; `*` stands for a list's index. */
export function pathsTo(key: string): string[] {
  return allPaths().filter((path) => path.at(-1) === key)
    .map((path) => path.join("."));
}

/** Every key to tell of, wherever in the schema it stands. */
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
    if (child.deprecated) continue;
    yield [...path, key];
    yield* pathsBelow(child, [...path, key]);
  }
}
