import { MAX_PAYLOAD_BYTES } from "./frames.ts";
import type { Slice } from "../hpack/mod.ts";

/**
 * How many times larger a block may be than a head: one that is somewhat too
 * large is still read, so that the connection can go on.
 */
const SLACK = 2;
/** A larger buffer, which one large block needed, is not kept. */
const KEEP_BYTES = 64 * 1024;

/**
 * A header block that comes in several frames: HEADERS without END_HEADERS,
 * then CONTINUATION. No other frame may come between them, so a connection
 * needs only one of these.
 */
export class BlockAssembler {
  /** The stream whose block is not complete yet; 0 = none. */
  stream = 0;
  isLast = false;
  readonly maxBytes: number;
  #room = new Uint8Array(0);
  #length = 0;

  /** @param maxHeadBytes bytes that a head may have once it is decoded */
  constructor(maxHeadBytes: number) {
    this.maxBytes = SLACK * Math.max(maxHeadBytes, MAX_PAYLOAD_BYTES);
  }

  /** Begins a block with the piece that its HEADERS frame has. */
  begin(stream: number, isLast: boolean, piece: Slice): void {
    this.stream = stream;
    this.isLast = isLast;
    this.#length = 0;
    if (this.#room.length > KEEP_BYTES) this.#room = new Uint8Array(0);
    // One frame always fits.
    this.add(piece);
  }

  /**
   * Adds the piece of a CONTINUATION frame.
   *
   * @returns false when the block is larger than any that would be read
   */
  add({ bytes, start, end }: Slice): boolean {
    const length = this.#length + end - start;
    if (length > this.maxBytes) return false;
    if (length > this.#room.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#room.length));
      larger.set(this.#room);
      this.#room = larger;
    }
    this.#room.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
    return true;
  }

  /** Ends the block; it is valid until the next one begins. */
  finish(): Slice {
    this.stream = 0;
    return { bytes: this.#room, start: 0, end: this.#length };
  }
}
