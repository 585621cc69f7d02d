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
  const missing = type.verify(message);
  if (missing !== null) throw new Error(`${type.fullName}.${missing}`);
  return type.encode(message).finish();
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
