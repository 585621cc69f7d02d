import type { KeptAnswer } from "../../kept_answer.ts";
import { ChunkExtensions } from "./extensions.ts";
import { BROKEN, MORE } from "./verdict.ts";

const LF = 10;
const CR = 13;

/** Value of each hexadecimal digit; -1 for any other byte. */
const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** A chunk has fewer bytes than twelve digits can say. */
const SIZE_END = 2 ** 48;
/** Digits of a chunk's size: some servers pad every size with zeros. */
const MAX_SIZE_DIGITS = 64;
/**
 * Chunks smaller than their own framing, in one body: a body may come in small
 * pieces, but a hundred thousand of these are a flood.
 */
const SMALL_CHUNK_BYTES = 5;
const MAX_SMALL_CHUNKS = 100_000;
/** Bytes of chunk extensions, in all chunks of one body together. */
const MAX_EXTENSION_BYTES = 64 * 1024;

type ChunkState =
  | "size"
  | "extension"
  | "size_lf"
  | "data"
  | "data_end"
  | "data_lf";

/**
 * Skips over the chunks of a body (RFC 9112, 7.1), up to the trailers.
 *
 *   1a ; extension CRLF  <26 bytes> CRLF   …   0 CRLF  trailers CRLF
 *
 * A bare line feed ends no line here: RFC 9112, 2.2, allows it for the status
 * line and for fields alone.
 */
export class Chunks {
  /** Bytes of data so far, as announced: a chunk counts when its size is read. */
  dataBytes = 0;
  /** What is wrong, after `feed` returned BROKEN. */
  fault = "";
  readonly #extensions = new ChunkExtensions();
  #where: ChunkState = "size";
  #digits = 0;
  #size = 0;
  #left = 0;
  #extensionBytes = 0;
  #smallChunks = 0;
  #kept: KeptAnswer | null = null;

  /** Starts a body, whose data goes to `kept`. */
  begin(kept: KeptAnswer | null = null): void {
    this.#kept = kept;
    this.dataBytes = 0;
    this.#smallChunks = 0;
    this.#extensionBytes = 0;
    this.#startChunk();
  }

  /** @returns where the trailers begin in `bytes`, MORE or BROKEN */
  feed(bytes: Uint8Array, from: number, length: number): number {
    let at = from;
    while (at < length) {
      if (this.#where === "data") {
        at = this.#skipData(bytes, at, length);
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

  #skipData(bytes: Uint8Array, at: number, length: number): number {
    const skipped = Math.min(this.#left, length - at);
    this.#kept?.addBody(bytes, at, at + skipped);
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
        return byte === LF ? this.#endOfSize() : this.#broken(
          `a chunk-size line ends with a carriage return and ${shown(byte)}`,
        );
      case "data_end":
        return byte === CR ? this.#go("data_lf") : this.#wrongEnd(byte);
      default:
        return byte === LF ? this.#nextChunk() : this.#wrongEnd(byte);
    }
  }

  #sizeByte(byte: number): number {
    const digit = HEX[byte]!;
    if (digit >= 0) {
      this.#size = 16 * this.#size + digit;
      if (this.#size >= SIZE_END) {
        return this.#broken("a chunk of 2^48 bytes or more");
      }
      return ++this.#digits <= MAX_SIZE_DIGITS ? GO_ON : this.#broken(
        `a chunk size has more than ${MAX_SIZE_DIGITS} digits`,
      );
    }
    if (this.#digits === 0) {
      return this.#broken(`a chunk-size line begins with ${shown(byte)}`);
    }
    if (byte === CR) return this.#go("size_lf");
    this.#extensions.begin();
    return this.#extensionByte(byte);
  }

  /** Everything after the size, up to the line's end. */
  #extensionByte(byte: number): number {
    if (byte === CR && this.#extensions.mayEnd) return this.#go("size_lf");
    if (!this.#extensions.take(byte)) {
      const size = this.#size.toString(16);
      return this.#broken(
        `a chunk-size line has ${shown(byte)} where it may not be, ` +
          `after the size ${size}`,
      );
    }
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) {
      return this.#broken(
        `chunk extensions have more than ${MAX_EXTENSION_BYTES} bytes`,
      );
    }
    return this.#go("extension");
  }

  #endOfSize(): number {
    if (this.#size === 0) return LAST_CHUNK;
    this.dataBytes += this.#size;
    this.#left = this.#size;
    const isSmall = this.#size < SMALL_CHUNK_BYTES;
    if (isSmall && ++this.#smallChunks > MAX_SMALL_CHUNKS) {
      return this.#broken(
        `more than ${MAX_SMALL_CHUNKS} chunks have fewer than ${SMALL_CHUNK_BYTES} bytes`,
      );
    }
    return this.#go("data");
  }

  #nextChunk(): number {
    this.#startChunk();
    return GO_ON;
  }

  #go(where: ChunkState): number {
    this.#where = where;
    return GO_ON;
  }

  #wrongEnd(byte: number): typeof BROKEN {
    return this.#broken(
      `a chunk of ${this.#size} bytes is followed by ${shown(byte)} ` +
        "and not by a line end",
    );
  }

  #broken(fault: string): typeof BROKEN {
    this.fault = fault;
    return BROKEN;
  }
}

const GO_ON = 0;
const LAST_CHUNK = 1;

/** A byte as a message shows it. */
function shown(byte: number): string {
  const isVisible = byte > 0x20 && byte < 0x7f;
  return isVisible
    ? `"${String.fromCharCode(byte)}"`
    : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}
