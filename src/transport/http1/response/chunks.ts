import { BROKEN, MORE } from "./verdict.ts";

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const SEMICOLON = 59;

/** Value of each hexadecimal digit; -1 for any other byte. */
const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** A chunk's size is written in at most so many digits (2^48 bytes). */
const MAX_SIZE_DIGITS = 12;
/** Bytes of chunk extensions, in all chunks of one body together. */
const MAX_EXTENSION_BYTES = 64 * 1024;

type Where = "size" | "extension" | "size_lf" | "data" | "data_end" | "data_lf";

/**
 * Passes over the chunks of a body (RFC 9112, 7.1), up to the trailers.
 *
 *   1a ; extension CRLF  <26 bytes> CRLF   …   0 CRLF  trailers CRLF
 */
export class Chunks {
  /** Bytes of data so far, as announced: a chunk counts when its size is read. */
  dataBytes = 0;
  #where: Where = "size";
  #digits = 0;
  #size = 0;
  #left = 0;
  #extensionBytes = 0;

  /** Starts a body. */
  begin(): void {
    this.dataBytes = 0;
    this.#extensionBytes = 0;
    this.#startChunk();
  }

  /** @returns where the trailers begin in `bytes`, MORE or BROKEN */
  feed(bytes: Uint8Array, from: number, length: number): number {
    let at = from;
    while (at < length) {
      if (this.#where === "data") {
        at = this.#skipData(at, length);
      } else {
        const verdict = this.#byte(bytes[at++]!);
        if (verdict === BROKEN) return BROKEN;
        if (verdict === LAST_CHUNK) return at;
      }
    }
    return MORE;
  }

  #startChunk(): void {
    this.#where = "size";
    this.#digits = 0;
    this.#size = 0;
  }

  #skipData(at: number, length: number): number {
    const skipped = Math.min(this.#left, length - at);
    this.#left -= skipped;
    if (this.#left === 0) this.#where = "data_end";
    return at + skipped;
  }

  #byte(byte: number): number {
    switch (this.#where) {
      case "size":
        return this.#sizeByte(byte);
      case "extension":
        return this.#extensionByte(byte);
      case "size_lf":
        return byte === LF ? this.#endOfSize() : BROKEN;
      case "data_end":
        if (byte === CR) return this.#go("data_lf");
        return byte === LF ? this.#nextChunk() : BROKEN;
      default:
        return byte === LF ? this.#nextChunk() : BROKEN;
    }
  }

  #sizeByte(byte: number): number {
    const digit = HEX[byte]!;
    if (digit >= 0) {
      this.#size = 16 * this.#size + digit;
      return ++this.#digits > MAX_SIZE_DIGITS ? BROKEN : GO_ON;
    }
    return this.#digits === 0 ? BROKEN : this.#extensionByte(byte);
  }

  /** Everything after the size: blanks, then what begins with a semicolon. */
  #extensionByte(byte: number): number {
    if (byte === CR) return this.#go("size_lf");
    if (byte === LF) return this.#endOfSize();
    const isFirst = this.#where === "size";
    const isBlank = byte === SPACE || byte === TAB;
    if (isFirst && !isBlank && byte !== SEMICOLON) return BROKEN;
    if (byte < SPACE && !isBlank) return BROKEN;
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) return BROKEN;
    return this.#go("extension");
  }

  #endOfSize(): number {
    if (this.#size === 0) return LAST_CHUNK;
    this.dataBytes += this.#size;
    this.#left = this.#size;
    return this.#go("data");
  }

  #nextChunk(): number {
    this.#startChunk();
    return GO_ON;
  }

  #go(where: Where): number {
    this.#where = where;
    return GO_ON;
  }
}

const GO_ON = 0;
const LAST_CHUNK = 1;
