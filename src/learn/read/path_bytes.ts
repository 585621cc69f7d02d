import { finish } from "../../base/mod.ts";

/** A hash of some bytes under a key. */
export function hashOf(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  key: number,
): number {
  let hash = key;
  for (let i = from; i < to; i++) {
    hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  }
  return finish(hash) | 0;
}

/** Bytes as text; they are ASCII. */
export function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

const METHODS = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;

/** One of the methods that there are; whatever else a client sent is `OTHER`. */
export function methodName(
  bytes: Uint8Array,
  from: number,
  to: number,
): string {
  if (to === from) return "GET";
  if (to - from > 7) return "OTHER";
  const name = asciiOf(bytes, from, to).toUpperCase();
  return METHODS.test(name) ? name : "OTHER";
}
