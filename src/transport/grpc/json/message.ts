import protobuf from "protobufjs";
import { concat, suggest } from "../../../base/mod.ts";
import type { Json } from "../../../plan/mod.ts";
import { listed } from "./listed.ts";
import { fieldsByName, hasNull, nameOf } from "./names.ts";
import { isObject, MessageReading, type Mistake } from "./reading.ts";
import {
  readEnum,
  readScalar,
  type Scalar,
  utf8,
  type ValueContext,
} from "./scalars.ts";
import { readerOf } from "./well_known.ts";
import { bytesField, delimited, tag, WIRE } from "./wire.ts";

/** The bytes of a message, or all that is wrong with its JSON. */
export type Encoded =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "mistakes"; readonly mistakes: readonly Mistake[] };

/** Options of encoding, besides type and value. */
export interface EncodeOptions {
  /** Replaces `${NAME}` in a string. */
  readonly expand: (text: string) => string;
  /** Finds the type of an `Any` by its name. */
  readonly find: (name: string) => protobuf.Type | undefined;
  /** Whether complaints leave values out: they may be secrets. */
  readonly hidesValues?: boolean;
}

/**
 * Encodes one message from its JSON; `undefined` is a message of which nothing
 * is given.
 */
export function encodeJson(
  type: protobuf.Type,
  json: Json | undefined,
  options: EncodeOptions,
): Encoded {
  type.root.resolveAll();
  const reading = new MessageReading(options.expand, options.hidesValues);
  const encoder = new Encoder(options.find);
  const at = { reading, path: [] };
  const bytes = isNothing(type, json)
    ? encoder.fields(type, {}, at)
    : encoder.type(type, json!, at);
  return bytes === null
    ? { kind: "mistakes", mistakes: reading.mistakes }
    : { kind: "bytes", bytes };
}

/** A field with its tag; null = its JSON is wrong. */
export function encodeField(
  field: protobuf.Field,
  json: Json,
  { expand, find }: EncodeOptions,
): Uint8Array | null {
  const at = { reading: new MessageReading(expand), path: [] };
  return new Encoder(find).field(field, json, at);
}

/** A value of a field, or of a map, without its tag; null = its JSON is wrong. */
export function encodeValue(
  field: protobuf.Field | protobuf.MapField,
  json: Json,
  { expand, find }: EncodeOptions,
): Scalar | null {
  const at = { reading: new MessageReading(expand), path: [] };
  return new Encoder(find).value(field, json, at);
}

function isNothing(type: protobuf.Type, json: Json | undefined): boolean {
  return json === undefined || (json === null && !hasNull(type));
}

/** One field, or all items of one, as it stands in a message. */
interface EncodedPiece {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** Encodes by the types of one root. */
class Encoder {
  readonly #find: EncodeOptions["find"];

  constructor(find: EncodeOptions["find"]) {
    this.#find = find;
  }

  /** A message of any type; null = the mistake was reported. */
  readonly type = (
    type: protobuf.Type,
    json: Json,
    at: ValueContext,
  ): Uint8Array | null => {
    const reader = readerOf(type);
    if (reader !== undefined) {
      return reader(json, { at, find: this.#find, encode: this.type });
    }
    return isObject(json)
      ? this.fields(type, json, at)
      : at.reading.notA(`a mapping (${nameOf(type)})`, json, at.path);
  };

  /** A message from a mapping of its fields. */
  fields(
    type: protobuf.Type,
    json: { readonly [key: string]: Json },
    at: ValueContext,
  ): Uint8Array | null {
    const before = at.reading.mistakes.length;
    const byName = fieldsByName(type);
    /** The given values, by what may be given once: a field, or a oneof. */
    const given = new Map<protobuf.Field | protobuf.OneOf, string>();
    const pieces: EncodedPiece[] = [];
    for (const [key, value] of Object.entries(json)) {
      const here = { ...at, path: [...at.path, key] };
      const field = byName.get(key);
      if (field === undefined) {
        at.reading.wrong(here.path, noField(type, key));
        continue;
      }
      if (isTwice(field, key, { given, at: here, isNull: value === null })) {
        continue;
      }
      const bytes = this.field(field, value, here);
      if (bytes !== null) pieces.push({ id: field.id, bytes });
    }
    const missing = type.fieldsArray
      .filter((field) => field.required && !given.has(field))
      .map((field) => field.protoName);
    if (missing.length > 0) {
      at.reading.wrong(at.path, `must have ${listed(missing)}`);
    }
    if (at.reading.mistakes.length > before) return null;
    return concat(
      pieces.toSorted((a, b) => a.id - b.id).map(({ bytes }) => bytes),
    );
  }

  /** A field with its tag, empty where nothing is to be sent; null = the mistake was reported. */
  field(
    field: protobuf.Field,
    json: Json,
    at: ValueContext,
  ): Uint8Array | null {
    if (isNotGiven(field, json)) return NONE;
    if (field instanceof protobuf.MapField) return this.#map(field, json, at);
    if (field.repeated) return this.#list(field, json, at);
    const value = this.value(field, json, at);
    if (value === null) return null;
    return value.isDefault && !field.hasPresence
      ? NONE
      : framed(field.id, value);
  }

  #list(
    field: protobuf.Field,
    json: Json,
    at: ValueContext,
  ): Uint8Array | null {
    if (!Array.isArray(json)) return at.reading.notA("a list", json, at.path);
    const values = (json as readonly Json[]).map((item, i) =>
      this.#item(field, item, { ...at, path: [...at.path, i] })
    );
    if (!values.every((value) => value !== null)) return null;
    if (values.length === 0) return NONE;
    const isPacked = field.packed && values[0]!.wire !== WIRE.bytes &&
      values[0]!.wire !== WIRE.start;
    return isPacked
      ? bytesField(field.id, concat(values.map(({ bytes }) => bytes)))
      : concat(values.map((value) => framed(field.id, value)));
  }

  #map(
    field: protobuf.MapField,
    json: Json,
    at: ValueContext,
  ): Uint8Array | null {
    if (!isObject(json)) return at.reading.notA("a mapping", json, at.path);
    const known = new Set<string>();
    const entries = Object.entries(json).map(([key, item]) => {
      const here = { ...at, path: [...at.path, key] };
      const read = readKey(field.keyType, key, here);
      const value = this.#item(field, item, here);
      if (read === null || value === null) return null;
      const text = read.bytes.join();
      if (known.has(text)) {
        return at.reading.wrong(here.path, "is given twice");
      }
      known.add(text);
      const entry = concat([framed(1, read), framed(2, value)]);
      return bytesField(field.id, entry);
    });
    return entries.every((entry) => entry !== null) ? concat(entries) : null;
  }

  /** An item of a list, or a value of a map: there has to be one. */
  #item(field: AnyField, json: Json, at: ValueContext): Scalar | null {
    return json === null && !hasNull(field.resolvedType)
      ? at.reading.wrong(at.path, "must have a value, got null")
      : this.value(field, json, at);
  }

  /** A value without its tag; null = the mistake was reported. */
  value(field: AnyField, json: Json, at: ValueContext): Scalar | null {
    const type = field.resolvedType;
    if (type instanceof protobuf.Enum) return readEnum(type, json, at);
    if (type === null) return readScalar(field.type, json, at);
    const bytes = this.type(type, json, at);
    if (bytes === null) return null;
    // The values of a map are never groups, whatever the edition of the file
    // says.
    return !(field instanceof protobuf.MapField) && field.delimited
      ? { wire: WIRE.start, bytes, isDefault: false }
      : { wire: WIRE.bytes, bytes: delimited(bytes), isDefault: false };
  }
}

type AnyField = protobuf.Field | protobuf.MapField;

const NONE = new Uint8Array(0);

/** Null means that there is no value, except for types of which it is a value. */
function isNotGiven(field: protobuf.Field, json: Json): boolean {
  const isMany = field.repeated || field instanceof protobuf.MapField;
  return json === null && (isMany || !hasNull(field.resolvedType));
}

interface Given {
  readonly given: Map<protobuf.Field | protobuf.OneOf, string>;
  readonly at: ValueContext;
  readonly isNull: boolean;
}

/** Remembers a field; reports one that is given twice, or together with another of its oneof. */
function isTwice(
  field: protobuf.Field,
  key: string,
  { given, at, isNull }: Given,
): boolean {
  if (isNull && isNotGiven(field, null)) return false;
  const slots = [field, ...(field.partOf === null ? [] : [field.partOf])];
  const other = slots.map((slot) => given.get(slot)).find(Boolean);
  for (const slot of slots) given.set(slot, key);
  if (other === undefined) return false;
  at.reading.wrong(at.path, `must not be given beside ${other}: one of them`);
  return true;
}

function noField(type: protobuf.Type, key: string): string {
  const names = type.fieldsArray.map((field) => field.protoName);
  const near = suggest(key, names);
  return `is not a field of ${nameOf(type)}${
    near === undefined ? `; it has ${listed(names)}` : `, did you mean ${near}?`
  }`;
}

function readKey(type: string, key: string, at: ValueContext): Scalar | null {
  if (type === "string") {
    const bytes = utf8(key);
    return bytes === null
      ? at.reading.wrong(at.path, "must have a text as key")
      : { wire: WIRE.bytes, bytes: delimited(bytes), isDefault: false };
  }
  if (type === "bool") {
    const isBool = key === "true" || key === "false";
    return isBool
      ? readScalar("bool", key === "true", at)
      : at.reading.notA("true or false as key", key, at.path);
  }
  return /^-?[0-9]+$/.test(key)
    ? readScalar(type, key, at)
    : at.reading.notA(`a whole number as key (${type})`, key, at.path);
}

function framed(id: number, { wire, bytes }: Scalar): Uint8Array {
  return wire === WIRE.start
    ? concat([tag(id, WIRE.start), bytes, tag(id, WIRE.end)])
    : concat([tag(id, wire), bytes]);
}
