import protobuf from "protobufjs";
import type { Json } from "../../../plan/mod.ts";
import { listed } from "./listed.ts";
import { nameOf } from "./names.ts";
import { RANGES, readFloat, readWhole } from "./numbers.ts";
import type { JsonPath, MessageReading } from "./reading.ts";
import { delimited, varint, WIRE, type WireType } from "./wire.ts";

/** A value, ready to stand behind its tag. */
export interface Scalar {
  readonly wire: WireType;
  readonly bytes: Uint8Array;
  /** Whether it is the default, which a field without presence does not send. */
  readonly isDefault: boolean;
}

/** Where a value stands. */
export interface ValueContext {
  readonly reading: MessageReading;
  readonly path: JsonPath;
}

/** Standard and URL-safe, with or without padding. */
const BASE64_REGEXP = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Reads a scalar of one of protobuf's types; null = the mistake was reported. */
export function readScalar(
  type: string,
  json: Json,
  at: ValueContext,
): Scalar | null {
  if (RANGES.has(type)) {
    const value = readWhole(type, json, at);
    return value === null ? null : whole(type, value);
  }
  switch (type) {
    case "float":
    case "double": {
      const value = readFloat(type, json, at);
      return value === null ? null : float(type, value);
    }
    case "bool":
      return typeof json === "boolean"
        ? varintScalar(json ? 1n : 0n)
        : at.reading.notA("true or false", json, at.path);
    case "string":
      return readString(json, at);
    default:
      return readBytes(json, at);
  }
}

/** Reads an enum's value, by name or number; null = the mistake was reported. */
export function readEnum(
  type: protobuf.Enum,
  json: Json,
  at: ValueContext,
): Scalar | null {
  const { values } = type;
  const text = typeof json === "string" ? at.reading.expand(json) : json;
  if (text === null && nameOf(type) === "google.protobuf.NullValue") {
    return varintScalar(0n);
  }
  if (typeof text === "string" && Object.hasOwn(values, text)) {
    return varintScalar(BigInt(values[text]!));
  }
  const isNumber = typeof text === "number" && (text | 0) === text;
  if (isNumber && (!isClosed(type) || text in type.valuesById)) {
    return varintScalar(BigInt(text));
  }
  const what = `a value of ${nameOf(type)}: ${listed(Object.keys(values))}`;
  return at.reading.notA(what, json, at.path);
}

/** Enums of proto2, and of editions that say so, accept no values but their own. */
function isClosed(type: protobuf.Enum): boolean {
  const { _features } = type as unknown as {
    readonly _features?: { readonly enum_type?: string };
  };
  return _features?.enum_type === "CLOSED";
}

function whole(type: string, value: bigint): Scalar {
  const isDefault = value === 0n;
  switch (type) {
    case "sint32":
    case "sint64":
      // ZigZag: 0, −1, 1, −2 … become 0, 1, 2, 3 …
      return varintScalar(value < 0n ? -2n * value - 1n : 2n * value);
    case "fixed32":
    case "sfixed32": {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, Number(BigInt.asUintN(32, value)), true);
      return { wire: WIRE.fixed32, bytes: bytesOf(view), isDefault };
    }
    case "fixed64":
    case "sfixed64": {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, BigInt.asUintN(64, value), true);
      return { wire: WIRE.fixed64, bytes: bytesOf(view), isDefault };
    }
    default:
      return varintScalar(value);
  }
}

function varintScalar(value: bigint): Scalar {
  const isDefault = value === 0n;
  return { wire: WIRE.varint, bytes: varint(value), isDefault };
}

function float(type: string, value: number): Scalar {
  // −0 has bits that are not all zero.
  const isDefault = Object.is(value, 0);
  const view = new DataView(new ArrayBuffer(type === "float" ? 4 : 8));
  if (type === "float") view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  const wire = type === "float" ? WIRE.fixed32 : WIRE.fixed64;
  return { wire, bytes: bytesOf(view), isDefault };
}

function bytesOf({ buffer }: DataView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer);
}

function readString(json: Json, at: ValueContext): Scalar | null {
  const what = "text; put it in quotes";
  if (typeof json !== "string") return at.reading.notA(what, json, at.path);
  const bytes = textBytes(json, at);
  return bytes === null ? null : lengthScalar(bytes);
}

/** The UTF-8 of a JSON text with its variables; null = the mistake was reported. */
export function textBytes(json: string, at: ValueContext): Uint8Array | null {
  const what = "text without half of a surrogate pair";
  return utf8(at.reading.expand(json)) ?? at.reading.notA(what, json, at.path);
}

/** The UTF-8 of a text; null = it has half a character. */
export function utf8(text: string): Uint8Array | null {
  return text.isWellFormed() ? new TextEncoder().encode(text) : null;
}

function readBytes(json: Json, at: ValueContext): Scalar | null {
  // A long value may stand in several lines.
  const text = typeof json === "string"
    ? at.reading.expand(json).replaceAll(/[ \t\r\n]/g, "")
    : null;
  const digits = text?.replace(/=+$/, "") ?? "";
  if (text === null || !BASE64_REGEXP.test(text) || digits.length % 4 === 1) {
    return at.reading.notA("bytes in base64, as text", json, at.path);
  }
  const binary = atob(digits.replaceAll("-", "+").replaceAll("_", "/"));
  return lengthScalar(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}

function lengthScalar(bytes: Uint8Array): Scalar {
  const isDefault = bytes.length === 0;
  return { wire: WIRE.bytes, bytes: delimited(bytes), isDefault };
}
