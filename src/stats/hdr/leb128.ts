/*
 * Whole numbers in as few bytes as they need, as HdrHistogram writes them
 * (ZigZag LEB128): the sign goes to the lowest bit, then seven bits a byte, the
 * low ones first, and the highest bit says that more follow. Numbers go to
 * 2^53, where those of HdrHistogram would go on.
 */

/** Bytes of a number at most. */
export const NUMBER_BYTES_MAX = 8;

/** Writes a number. @returns where the next one goes */
export function writeNumber(
  bytes: Uint8Array,
  at: number,
  value: number,
): number {
  // Not with bit operators: those end at 32 bits.
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  while (rest >= 128) {
    bytes[at++] = rest % 128 + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
}

/** Reads the numbers of some bytes, one after the other. */
export class NumberReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether there is another one. */
  get hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  /**
   * The next number.
   *
   * @throws {RangeError} when it is cut off or too long
   */
  next(): number {
    // Nearly all numbers have one byte.
    const first = this.#bytes[this.#at]!;
    if (first < 128) {
      this.#at++;
      return (first >> 1) ^ -(first & 1);
    }
    return this.#nextLong();
  }

  #nextLong(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < NUMBER_BYTES_MAX; i++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError("a number is cut off");
      value += (byte & 127) * scale;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 128;
    }
    throw new RangeError("a number is too long");
  }
}
