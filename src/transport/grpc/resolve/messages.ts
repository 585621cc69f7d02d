import type protobuf from "protobufjs";
import protojson from "protobufjs/ext/protojson.js";
import { messageOf } from "../../../base/mod.ts";
import type { Json } from "../../../plan/mod.ts";

/** Replaces `${NAME}` in a string. */
type Expand = (text: string) => string;

/**
 * Encodes a message from its JSON.
 *
 * @throws {Error} that names the field; it never shows what a variable stands for
 */
export function encodeMessage(
  type: protobuf.Type,
  json: Json,
  expand: Expand,
): Uint8Array {
  const expanded = expandAll(json, expand);
  try {
    return encode(type, expanded);
  } catch (error) {
    if (!isSame(json, expanded)) throw withoutValue(messageOf(error));
    throw error;
  }
}

function encode(type: protobuf.Type, json: Json): Uint8Array {
  const message = protojson.fromJson(type, json);
  checkRequired(type, message);
  return type.encode(message).finish();
}

/** Looks for required fields (proto2), which the encoder would fill with zero. */
function checkRequired(type: protobuf.Type, message: object): void {
  const given = new Map<string, unknown>(Object.entries(message));
  for (const field of type.fieldsArray) {
    const value = given.get(field.name);
    if (value === undefined && field.required) {
      throw new Error(`${field.fullName}: required, but not given`);
    }
    if (value === undefined || field.resolvedType === null) continue;
    if (!("fieldsArray" in field.resolvedType)) continue;
    const isMany = field.repeated || field.map;
    for (const item of isMany ? Object.values(value as object) : [value]) {
      checkRequired(field.resolvedType, item as object);
    }
  }
}

function expandAll(json: Json, expand: Expand): Json {
  if (typeof json === "string") return expand(json);
  if (Array.isArray(json)) return json.map((item) => expandAll(item, expand));
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json).map((
    [name, value],
  ) => [name, expandAll(value, expand)]);
  return Object.fromEntries(entries);
}

function isSame(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Leaves out the value with which such a message ends: `field: what: "value"`. */
function withoutValue(message: string): Error {
  return new Error(message.split(": ").slice(0, 2).join(": "));
}
