import type { Slice } from "./slice.ts";

/**
 * The size of the header table that every encoder may use by default, and that
 * kar announces (RFC 9113, 6.5.2).
 */
export const TABLE_BYTES = 4096;
/** What an entry counts besides its two texts (RFC 7541, 4.1). */
export const ENTRY_OVERHEAD_BYTES = 32;
/** Entries that fit at most, each without name and value. */
const MAX_ENTRIES = TABLE_BYTES / ENTRY_OVERHEAD_BYTES;
const FIRST_ROOM_BYTES = 512;
const NO_ENTRIES = new Uint16Array(0);
const NO_BYTES = new Uint8Array(0);

/**
 * The fields that a peer's encoder has told us to remember (RFC 7541, 2.3.2):
 * one table for each connection, never larger than `TABLE_BYTES`, and without
 * any memory until the first entry comes.
 *
 *   room:    │ gone │ oldest … … … newest │ free │
 *                   └ first              └ end
 *
 * Entries are written one behind the other. When the end of the room is
 * reached, those that are left move to its start. The room has twice the bytes
 * that entries can have, so each byte is moved about once.
 */
export class DynamicTable {
  /** Bytes that the encoder uses at most, as RFC 7541, 4.1, counts them. */
  maxBytes = TABLE_BYTES;
  /** Entries now. */
  count = 0;
  /**
   * A number that is different after each change: while it stays the same, each
   * index means the same.
   */
  version = 0;
  #bytes = 0;
  #room = NO_BYTES;
  #end = 0;
  /** A ring: where each entry begins, where its name ends, where its value ends. */
  #starts = NO_ENTRIES;
  #middles = NO_ENTRIES;
  #ends = NO_ENTRIES;
  #oldest = 0;

  /** Shows the name of an entry, 0 being the newest; valid until the next change. */
  nameOf(index: number, into: Slice): void {
    const at = this.#at(index);
    into.bytes = this.#room;
    into.start = this.#starts[at]!;
    into.end = this.#middles[at]!;
  }

  /** Shows the value of an entry. */
  valueOf(index: number, into: Slice): void {
    const at = this.#at(index);
    into.bytes = this.#room;
    into.start = this.#middles[at]!;
    into.end = this.#ends[at]!;
  }

  /** Takes a new size from the encoder; false = more than it may use. */
  resize(maxBytes: number): boolean {
    if (maxBytes > TABLE_BYTES) return false;
    this.maxBytes = maxBytes;
    this.#evictTo(maxBytes);
    return true;
  }

  /** Adds an entry; one that is larger than the table empties it (RFC 7541, 4.4). */
  insert(name: Slice, value: Slice): void {
    const nameBytes = name.end - name.start;
    const textBytes = nameBytes + value.end - value.start;
    const bytes = textBytes + ENTRY_OVERHEAD_BYTES;
    this.#evictTo(Math.max(0, this.maxBytes - bytes));
    if (bytes > this.maxBytes) return;
    const isFull = this.#end + textBytes > this.#room.length;
    if (isFull || this.#starts === NO_ENTRIES) this.#makeRoom(textBytes);
    const at = (this.#oldest + this.count) % MAX_ENTRIES;
    const start = this.#end;
    const middle = copy(name, this.#room, start);
    this.#end = copy(value, this.#room, middle);
    this.#starts[at] = start;
    this.#middles[at] = middle;
    this.#ends[at] = this.#end;
    this.#bytes += bytes;
    this.count++;
    this.version++;
  }

  #at(index: number): number {
    return (this.#oldest + this.count - 1 - index) % MAX_ENTRIES;
  }

  #evictTo(maxBytes: number): void {
    while (this.#bytes > maxBytes) {
      const at = this.#oldest;
      const textBytes = this.#ends[at]! - this.#starts[at]!;
      this.#bytes -= textBytes + ENTRY_OVERHEAD_BYTES;
      this.#oldest = (at + 1) % MAX_ENTRIES;
      this.count--;
      this.version++;
    }
  }

  /** Moves what is left to the start, in a larger room where this one is too small. */
  #makeRoom(textBytes: number): void {
    if (this.#starts === NO_ENTRIES) {
      this.#starts = new Uint16Array(MAX_ENTRIES);
      this.#middles = new Uint16Array(MAX_ENTRIES);
      this.#ends = new Uint16Array(MAX_ENTRIES);
    }
    const from = this.count === 0 ? this.#end : this.#starts[this.#oldest]!;
    const kept = this.#room.subarray(from, this.#end);
    let size = Math.max(FIRST_ROOM_BYTES, this.#room.length);
    while (size < 2 * (kept.length + textBytes)) size *= 2;
    const room = size > this.#room.length ? new Uint8Array(size) : this.#room;
    room.set(kept);
    for (let i = 0; i < this.count; i++) {
      const at = (this.#oldest + i) % MAX_ENTRIES;
      this.#starts[at]! -= from;
      this.#middles[at]! -= from;
      this.#ends[at]! -= from;
    }
    this.#end = kept.length;
    this.#room = room;
  }
}

/** Copies a slice, and says where the copy ends. */
function copy({ bytes, start, end }: Slice, into: Uint8Array, at: number) {
  for (let i = start; i < end; i++) into[at + i - start] = bytes[i]!;
  return at + end - start;
}
