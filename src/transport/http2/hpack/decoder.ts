import {
  type DynamicTable,
  ENTRY_OVERHEAD_BYTES,
  TABLE_BYTES,
} from "./dynamic_table.ts";
import { HUFFMAN_TOO_LONG, huffmanDecode } from "./huffman.ts";
import type { Slice } from "./slice.ts";
import { LAST_INDEX, STATIC_NAMES, STATIC_VALUES } from "./static_table.ts";

/** How the decoding of a block ended. */
export type Decoded = "ok" | "invalid" | "too_large";

/** Called with each field of a block; the slices are valid only during the call. */
export type FieldVisitor = (name: Slice, value: Slice) => void;

/** An integer longer than this (2^28 and more) is an attack, not a header. */
const MAX_SHIFT = 21;
/** Where an index points in the dynamic table that is not in the static one. */
const FIRST_DYNAMIC = LAST_INDEX + 1;

/*
 * First bits of the representations (RFC 7541, section 6).
 */
const INDEXED = 0x80;
const WITH_INDEXING = 0x40;
const SIZE_UPDATE = 0x20;

/**
 * Decodes header blocks without a string or an object for any field.
 *
 * One instance serves a whole pool: it keeps nothing between blocks but its
 * scratch memory. What a connection remembers is in its table.
 */
export class HpackDecoder {
  /** Whether the last block referred to entries of the table, whether it added some, and whether it changed the size. */
  refers = false;
  adds = false;
  resizes = false;
  /** What is wrong with the last block, if it was invalid. */
  fault = "";
  readonly #name: Slice = emptySlice();
  readonly #value: Slice = emptySlice();
  readonly #nameRoom: Scratch;
  readonly #valueRoom: Scratch;
  readonly #maxListBytes: number;
  #table!: DynamicTable;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #at = 0;
  #end = 0;

  /** @param maxListBytes bound of a block's decoded size, as RFC 9113 counts it */
  constructor(maxListBytes: number) {
    this.#maxListBytes = maxListBytes;
    this.#nameRoom = new Scratch(maxListBytes);
    this.#valueRoom = new Scratch(maxListBytes);
  }

  /**
   * Decodes a whole block and shows each field to `visit`, up to the first
   * error. Fields past the bound are not shown, but they are read: the table of
   * a connection that goes on must have what the peer thinks it has.
   */
  decode(block: Slice, table: DynamicTable, visit: FieldVisitor): Decoded {
    this.#table = table;
    this.#bytes = block.bytes;
    this.#at = this.#start = block.start;
    this.#end = block.end;
    this.refers = this.adds = this.resizes = false;
    let size = 0;
    let isFirst = true;
    while (this.#at < this.#end) {
      const first = this.#bytes[this.#at]!;
      if ((first & 0xe0) === SIZE_UPDATE) {
        if (!isFirst) return this.#invalid("a table size inside it");
        if (!this.#resize()) return "invalid";
        continue;
      }
      isFirst = false;
      if (!this.#field(first)) return "invalid";
      size += ENTRY_OVERHEAD_BYTES + sizeOf(this.#name) + sizeOf(this.#value);
      if (size <= this.#maxListBytes) visit(this.#name, this.#value);
      if ((first & 0xc0) === WITH_INDEXING) this.#insert();
    }
    return size > this.#maxListBytes ? "too_large" : "ok";
  }

  #resize(): boolean {
    const bytes = this.#integer(5);
    this.resizes = true;
    if (bytes >= 0 && this.#table.resize(bytes)) return true;
    this.#invalid(
      bytes < 0
        ? "a table size that is cut off"
        : `a table size of ${bytes}, at most ${TABLE_BYTES}`,
    );
    return false;
  }

  #insert(): void {
    this.adds = true;
    this.#table.insert(this.#name, this.#value);
  }

  /** Reads a field into `#name` and `#value`; false = it is invalid. */
  #field(first: number): boolean {
    if (first & INDEXED) {
      const index = this.#integer(7);
      return this.#nameAt(index) && this.#valueAt(index);
    }
    // "Without indexing" and "never indexed" are the same to a client that does not pass fields on.
    const isKept = (first & WITH_INDEXING) !== 0;
    const index = this.#integer(isKept ? 6 : 4);
    const hasName = index === 0
      ? this.#text(this.#name, this.#nameRoom)
      : this.#nameAt(index);
    // The table may overwrite an entry while it adds one with the same name.
    if (hasName && isKept && index >= FIRST_DYNAMIC) {
      this.#nameRoom.keep(this.#name);
    }
    return hasName && this.#text(this.#value, this.#valueRoom);
  }

  #nameAt(index: number): boolean {
    if (index >= 1 && index <= LAST_INDEX) {
      assign(this.#name, STATIC_NAMES[index]!);
      return true;
    }
    this.refers = true;
    const { count } = this.#table;
    if (index < 1 || index >= FIRST_DYNAMIC + count) {
      this.#invalid(
        index < 0
          ? "an index that is cut off"
          : `index ${index} of a table of ${LAST_INDEX + count}`,
      );
      return false;
    }
    this.#table.nameOf(index - FIRST_DYNAMIC, this.#name);
    return true;
  }

  #valueAt(index: number): boolean {
    if (index <= LAST_INDEX) assign(this.#value, STATIC_VALUES[index]!);
    else this.#table.valueOf(index - FIRST_DYNAMIC, this.#value);
    return true;
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
  #text(target: Slice, room: Scratch): boolean {
    const isThere = this.#at < this.#end;
    const isHuffman = isThere && this.#bytes[this.#at]! >= 0x80;
    const length = isThere ? this.#integer(7) : -1;
    if (length < 0 || length > this.#end - this.#at) {
      this.#invalid("a text that is cut off");
      return false;
    }
    target.bytes = this.#bytes;
    target.start = this.#at;
    target.end = this.#at += length;
    if (!isHuffman || room.decode(target)) return true;
    this.#invalid("text that is not a Huffman code");
    return false;
  }

  #invalid(what: string): "invalid" {
    const at = this.#at - this.#start;
    this.fault = `header block: ${what}, before byte ${at}`;
    return "invalid";
  }
}

/**
 * Decoded texts are at most this much longer than their Huffman code: the
 * shortest code has five bits.
 */
const HUFFMAN_GAIN = 8 / 5;
const FIRST_SCRATCH_BYTES = 1024;
/** What the decoder of Huffman code wants to have free. */
const SPARE_BYTES = 2;

/** Memory for one text, used again for each. */
class Scratch {
  /** A longer text is longer than a list may be, and than the table. */
  readonly #maxBytes: number;
  #room = new Uint8Array(FIRST_SCRATCH_BYTES);

  constructor(maxListBytes: number) {
    this.#maxBytes = Math.max(maxListBytes, TABLE_BYTES) + SPARE_BYTES;
  }

  /** Replaces a slice of Huffman code by its text; false = it is invalid. */
  decode(target: Slice): boolean {
    const room = this.#roomFor(sizeOf(target) * HUFFMAN_GAIN);
    const length = huffmanDecode(target, room);
    if (length < 0 && length !== HUFFMAN_TOO_LONG) return false;
    target.bytes = room;
    target.start = 0;
    // For a text that is too long only the length matters: it is not shown, and
    // no table accepts it.
    target.end = length < 0 ? room.length : length;
    return true;
  }

  /** Copies a slice into memory of its own. */
  keep(target: Slice): void {
    const room = this.#roomFor(sizeOf(target));
    room.set(target.bytes.subarray(target.start, target.end));
    target.end = sizeOf(target);
    target.bytes = room;
    target.start = 0;
  }

  #roomFor(bytes: number): Uint8Array {
    const needed = Math.min(Math.ceil(bytes) + SPARE_BYTES, this.#maxBytes);
    let size = this.#room.length;
    while (size < needed) size *= 2;
    if (size > this.#room.length) {
      this.#room = new Uint8Array(Math.min(size, this.#maxBytes));
    }
    return this.#room;
  }
}

function emptySlice(): Slice {
  return { bytes: new Uint8Array(0), start: 0, end: 0 };
}

function sizeOf({ start, end }: Slice): number {
  return end - start;
}

function assign(target: Slice, source: Slice): void {
  target.bytes = source.bytes;
  target.start = source.start;
  target.end = source.end;
}
