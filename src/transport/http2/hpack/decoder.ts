import { HUFFMAN_TOO_LONG, huffmanDecode } from "./huffman.ts";
import type { Slice } from "./slice.ts";
import { LAST_INDEX, STATIC_NAMES, STATIC_VALUES } from "./static_table.ts";

/** How the decoding of a block ended. */
export type Decoded = "ok" | "invalid" | "too_large";

/** Hears each field of a block; the slices are valid only during the call. */
export type FieldVisitor = (name: Slice, value: Slice) => void;

/** What the size of a field counts beside its two texts (RFC 9113, 6.5.2). */
const FIELD_OVERHEAD_BYTES = 32;
/** An integer longer than this (2^28 and more) is an attack, not a header. */
const MAX_SHIFT = 21;

/**
 * Decodes header blocks whose dynamic table has no room (we announce a table
 * size of 0), so that every block means the same wherever it stands.
 *
 * One instance serves a whole pool: it keeps nothing between blocks but its
 * scratch memory.
 */
export class HpackDecoder {
  readonly #name: Slice = { bytes: new Uint8Array(0), start: 0, end: 0 };
  readonly #value: Slice = { bytes: new Uint8Array(0), start: 0, end: 0 };
  readonly #nameRoom: Uint8Array;
  readonly #valueRoom: Uint8Array;
  readonly #maxListBytes: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  /** @param maxListBytes bound of a block's decoded size, as RFC 9113 counts it */
  constructor(maxListBytes: number) {
    this.#maxListBytes = maxListBytes;
    this.#nameRoom = new Uint8Array(maxListBytes);
    this.#valueRoom = new Uint8Array(maxListBytes);
  }

  /** Decodes a whole block and shows each field to `visit`, up to the first error. */
  decode(block: Slice, visit: FieldVisitor): Decoded {
    this.#bytes = block.bytes;
    this.#at = block.start;
    this.#end = block.end;
    let size = 0;
    let isFirst = true;
    while (this.#at < this.#end) {
      const first = this.#bytes[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (!isFirst || this.#integer(5) !== 0) return "invalid";
        continue;
      }
      isFirst = false;
      const result = this.#field(first);
      if (result !== "ok") return result;
      size += FIELD_OVERHEAD_BYTES + this.#name.end - this.#name.start +
        this.#value.end - this.#value.start;
      if (size > this.#maxListBytes) return "too_large";
      visit(this.#name, this.#value);
    }
    return "ok";
  }

  #field(first: number): Decoded {
    if (first & 0x80) {
      const index = this.#integer(7);
      if (index < 1 || index > LAST_INDEX) return "invalid";
      assign(this.#name, STATIC_NAMES[index]!);
      assign(this.#value, STATIC_VALUES[index]!);
      return "ok";
    }
    // With indexing, without, never: all the same where no table is kept.
    const index = this.#integer(first & 0x40 ? 6 : 4);
    if (index < 0 || index > LAST_INDEX) return "invalid";
    if (index > 0) {
      assign(this.#name, STATIC_NAMES[index]!);
    } else {
      const result = this.#text(this.#name, this.#nameRoom);
      if (result !== "ok") return result;
    }
    return this.#text(this.#value, this.#valueRoom);
  }

  /** Reads an integer whose first byte has `bits` of it; −1 = cut off or too large. */
  #integer(bits: number): number {
    const most = (1 << bits) - 1;
    let value = this.#bytes[this.#at++]! & most;
    if (value < most) return value;
    for (let shift = 0; shift <= MAX_SHIFT; shift += 7) {
      if (this.#at >= this.#end) return -1;
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return -1;
  }

  /** Reads a text into `target`: in place, or decoded into `room`. */
  #text(target: Slice, room: Uint8Array): Decoded {
    if (this.#at >= this.#end) return "invalid";
    const isHuffman = this.#bytes[this.#at]! >= 0x80;
    const length = this.#integer(7);
    if (length < 0 || length > this.#end - this.#at) return "invalid";
    target.bytes = this.#bytes;
    target.start = this.#at;
    target.end = this.#at += length;
    if (!isHuffman) return "ok";
    const decoded = huffmanDecode(target, room);
    if (decoded < 0) {
      return decoded === HUFFMAN_TOO_LONG ? "too_large" : "invalid";
    }
    target.bytes = room;
    target.start = 0;
    target.end = decoded;
    return "ok";
  }
}

function assign(target: Slice, source: Slice): void {
  target.bytes = source.bytes;
  target.start = source.start;
  target.end = source.end;
}
