import { concat } from "../../../base/mod.ts";

/*
 * Protobuf's wire format (protobuf.dev, encoding), written:
 *
 *   field   = tag value        tag = number · 8 + wire type, a varint
 *   0 varint   1 eight bytes   2 length, bytes   3 … 4 group   5 four bytes
 */

/** What follows a tag. */
export const WIRE = {
  varint: 0,
  fixed64: 1,
  bytes: 2,
  start: 3,
  end: 4,
  fixed32: 5,
} as const;

/** One of `WIRE`. */
export type WireType = typeof WIRE[keyof typeof WIRE];

const NUMBER_MASK = 0x7f;
const MORE = 0x80;

/** A whole number from 0 to 2^64 − 1. */
export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > BigInt(NUMBER_MASK)) {
    bytes.push(Number(rest & BigInt(NUMBER_MASK)) | MORE);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** The head of a field. */
export function tag(number: number, type: WireType): Uint8Array {
  return varint(BigInt(number) * 8n + BigInt(type));
}

/** Bytes after their length. */
export function delimited(bytes: Uint8Array): Uint8Array {
  return concat([varint(BigInt(bytes.length)), bytes]);
}

/** A field whose value has a length. */
export function bytesField(number: number, bytes: Uint8Array): Uint8Array {
  return concat([tag(number, WIRE.bytes), delimited(bytes)]);
}

/** A field that is a whole number. */
export function varintField(number: number, value: bigint): Uint8Array {
  return concat([tag(number, WIRE.varint), varint(value)]);
}
