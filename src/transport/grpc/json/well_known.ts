import protobuf from "protobufjs";
import { concat, excerpt } from "../../../base/mod.ts";
import type { Json } from "../../../plan/mod.ts";
import { googleName, nameOf } from "./names.ts";
import { isObject, type JsonObject } from "./reading.ts";
import { readScalar, textBytes, utf8, type ValueContext } from "./scalars.ts";
import { duration, timestamp } from "./times.ts";
import { bytesField, tag, varintField, WIRE } from "./wire.ts";

/** Encodes a message of any type; null = the mistake was reported. */
export type EncodeType = (
  type: protobuf.Type,
  json: Json,
  at: ValueContext,
) => Uint8Array | null;

/** What reading one of Google's types needs besides the value. */
export interface Surrounding {
  readonly at: ValueContext;
  /** Finds a type by its name; undefined = it is not described. */
  readonly find: (name: string) => protobuf.Type | undefined;
  readonly encode: EncodeType;
}

type Reader = (json: Json, around: Surrounding) => Uint8Array | null;

/** Google's types whose JSON is not a mapping of their fields. */
const READERS = new Map<string, Reader>([
  ["Timestamp", (json, { at }) => timestamp(json, at)],
  ["Duration", (json, { at }) => duration(json, at)],
  ["FieldMask", (json, { at }) => fieldMask(json, at)],
  ["Value", (json, { at }) => value(json, at)],
  ["Struct", (json, { at }) => struct(json, at)],
  ["ListValue", (json, { at }) => listValue(json, at)],
  ["Any", any],
  ["DoubleValue", wrapper("double")],
  ["FloatValue", wrapper("float")],
  ["Int64Value", wrapper("int64")],
  ["UInt64Value", wrapper("uint64")],
  ["Int32Value", wrapper("int32")],
  ["UInt32Value", wrapper("uint32")],
  ["BoolValue", wrapper("bool")],
  ["StringValue", wrapper("string")],
  ["BytesValue", wrapper("bytes")],
]);

/** Reads a type that has its own form in JSON; undefined for other types. */
export function readerOf(type: protobuf.Type): Reader | undefined {
  return READERS.get(googleName(type) ?? "");
}

function wrapper(type: string): Reader {
  return (json, { at }) => {
    const scalar = readScalar(type, json, at);
    if (scalar === null) return null;
    const { wire, bytes, isDefault } = scalar;
    return isDefault ? new Uint8Array(0) : concat([tag(1, wire), bytes]);
  };
}

function value(json: Json, at: ValueContext): Uint8Array | null {
  if (json === null) return varintField(1, 0n);
  switch (typeof json) {
    case "number":
      return numberValue(json);
    case "string": {
      const bytes = textBytes(json, at);
      return bytes === null ? null : bytesField(3, bytes);
    }
    case "boolean":
      return varintField(4, json ? 1n : 0n);
  }
  const isList = Array.isArray(json);
  const bytes = isList ? listValue(json, at) : struct(json, at);
  return bytes === null ? null : bytesField(isList ? 6 : 5, bytes);
}

function numberValue(number: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number, true);
  return concat([tag(2, WIRE.fixed64), new Uint8Array(view.buffer)]);
}

function struct(json: Json, at: ValueContext): Uint8Array | null {
  if (!isObject(json)) return at.reading.notA("a mapping", json, at.path);
  const entries = Object.entries(json).map(([key, item]) => {
    const path = [...at.path, key];
    const name = utf8(key);
    const bytes = value(item, { ...at, path });
    if (name === null) return at.reading.wrong(path, "must have a text as key");
    return bytes === null ? null : bytesField(
      1,
      concat([bytesField(1, name), bytesField(2, bytes)]),
    );
  });
  return whole(entries);
}

function listValue(json: Json, at: ValueContext): Uint8Array | null {
  if (!Array.isArray(json)) return at.reading.notA("a list", json, at.path);
  return whole((json as readonly Json[]).map((item, i) => {
    const bytes = value(item, { ...at, path: [...at.path, i] });
    return bytes === null ? null : bytesField(1, bytes);
  }));
}

/** All of the pieces, or null where one is missing. */
function whole(pieces: readonly (Uint8Array | null)[]): Uint8Array | null {
  return pieces.every((piece) => piece !== null) ? concat(pieces) : null;
}

/** `userName,address.zipCode`: names in JSON's way, which the message has in protobuf's. */
function fieldMask(json: Json, at: ValueContext): Uint8Array | null {
  const text = typeof json === "string" ? at.reading.expand(json) : null;
  if (text === null || text.includes("_") || !text.isWellFormed()) {
    const what = 'names of fields such as "userName,address.zipCode"';
    return at.reading.notA(what, json, at.path);
  }
  const paths = text === "" ? [] : text.split(",");
  return concat(paths.map((path) => bytesField(1, utf8(snakeCase(path))!)));
}

function snakeCase(path: string): string {
  return path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `{ "@type": "type.googleapis.com/pkg.Type", … }` */
function any(json: Json, { at, find, encode }: Surrounding): Uint8Array | null {
  const { reading, path } = at;
  if (!isObject(json)) return reading.notA("a mapping with @type", json, path);
  if (Object.keys(json).length === 0) return new Uint8Array(0);
  const url = json["@type"];
  const typePath = [...path, "@type"];
  if (typeof url !== "string") {
    return reading.wrong(path, "must have @type, the name of its type");
  }
  const expanded = reading.expand(url);
  const name = expanded.slice(expanded.lastIndexOf("/") + 1);
  const type = find(name);
  if (type === undefined) {
    const what = "names a type that is not described";
    const named = reading.hidesValues ? "" : `: ${excerpt(url, 100)}`;
    return reading.wrong(typePath, what + named);
  }
  const bytes = encodeInside(type, json, { at, find, encode });
  // A type's address has a slash at least.
  const address = expanded.includes("/")
    ? expanded
    : `type.googleapis.com/${expanded}`;
  return bytes === null ? null : concat([
    bytesField(1, utf8(address) ?? new Uint8Array(0)),
    ...(bytes.length === 0 ? [] : [bytesField(2, bytes)]),
  ]);
}

function encodeInside(
  type: protobuf.Type,
  json: JsonObject,
  { at, encode }: Surrounding,
): Uint8Array | null {
  const { "@type": _, ...fields } = json;
  if (readerOf(type) === undefined) return encode(type, fields, at);
  const inside = { ...at, path: [...at.path, "value"] };
  if (fields.value === undefined) {
    const why = `must have value, which is a ${nameOf(type)} in JSON`;
    return at.reading.wrong(at.path, why);
  }
  return encode(type, fields.value, inside);
}
