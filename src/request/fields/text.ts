import { concat } from "../../base/mod.ts";
import type { Draws } from "../draws.ts";
import type { Text } from "./types.ts";

/** Text that is the same for every arrival. */
export function literal(text: string): Text {
  return new Literal(new TextEncoder().encode(text));
}

/** Bytes that are the same for every arrival. */
export function literalBytes(bytes: Uint8Array): Text {
  return new Literal(bytes);
}

/** Several texts, one behind the other; literals that meet become one. */
export function sequence(parts: readonly Text[]): Text {
  const merged: Text[] = [];
  for (const part of parts.flatMap(partsOf)) {
    const last = merged.at(-1);
    if (last instanceof Literal && part instanceof Literal) {
      merged[merged.length - 1] = new Literal(concat([last.bytes, part.bytes]));
    } else merged.push(part);
  }
  if (merged.length === 0) return new Literal(new Uint8Array(0));
  return merged.length === 1 ? merged[0]! : new Sequence(merged);
}

/** The bytes of a text that is the same for every arrival; null = it is not. */
export function fixedBytes(text: Text): Uint8Array | null {
  return text instanceof Literal ? text.bytes : null;
}

/** The texts that a text is made of, in order. */
function partsOf(text: Text): readonly Text[] {
  return text instanceof Sequence ? text.parts : [text];
}

/** Longer literals are copied by the system. */
const LOOP_BYTES = 24;

class Literal implements Text {
  readonly most: number;

  constructor(readonly bytes: Uint8Array) {
    this.most = bytes.length;
  }

  write(to: Uint8Array, at: number): number {
    const { bytes } = this;
    const { length } = bytes;
    // A call of the system's costs as much as some tens of bytes here.
    if (length > LOOP_BYTES) to.set(bytes, at);
    else for (let i = 0; i < length; i++) to[at + i] = bytes[i]!;
    return at + length;
  }
}

class Sequence implements Text {
  readonly most: number;

  constructor(readonly parts: readonly Text[]) {
    this.most = parts.reduce((sum, { most }) => sum + most, 0);
  }

  write(to: Uint8Array, at: number, draws: Draws): number {
    const { parts } = this;
    for (let i = 0; i < parts.length; i++) {
      at = parts[i]!.write(to, at, draws);
    }
    return at;
  }
}
