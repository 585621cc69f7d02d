import { BROKEN, MORE } from "./verdict.ts";

/** A sink's answer: further lines belong to the block. */
export const NEXT = 0;
/** A sink's answer: the block ends with this line. */
export const LAST = 1;

/** The receiver of lines. */
export interface LineSink {
  /**
   * Takes one line, folds included, its line end excluded. An empty line has
   * `from === to`.
   *
   * @returns NEXT, LAST or BROKEN
   */
  line(bytes: Uint8Array, from: number, to: number): number;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
/** A larger buffer, which one long line needed, is not kept. */
const KEEP_BYTES = 4 * 1024;
/** Characters of a wrong line that a message shows. */
const FAULT_BYTES = 40;
const NOTHING = new Uint8Array(0);

/**
 * Cuts a block of lines (a head, trailers) out of bytes that arrive in pieces
 * of any size. Each byte is looked at once, and copied only when its line does
 * not end in the piece in which it began.
 *
 * A line ends with CRLF or a bare LF; one that begins with a blank continues
 * the line before (RFC 9112, 2.2 and 5.2). The result does not depend on how
 * the bytes were cut into pieces.
 */
export class LineReader {
  /** Why it returned BROKEN, unless the sink did. */
  fault: "none" | "control" | "too_large" = "none";
  /** The beginning of the line that was wrong. */
  faultLine = NOTHING;
  #carry = NOTHING;
  #carried = 0;
  /** Where the search for the line's end continues, counted from its start. */
  #searched = 0;
  #hasControl = false;
  #budgetBytes = 0;

  /** Starts a block of at most `budgetBytes`. */
  begin(budgetBytes: number): void {
    this.#carried = 0;
    this.#searched = 0;
    this.#hasControl = false;
    this.#budgetBytes = budgetBytes;
    this.fault = "none";
    if (this.#carry.length > KEEP_BYTES) this.#carry = NOTHING;
  }

  /** The beginning of the line whose end has not come yet. */
  get unfinished(): Uint8Array {
    return this.#carry.subarray(0, this.#carried);
  }

  /** @returns where the block ends in `bytes`, MORE or BROKEN */
  feed(bytes: Uint8Array, at: number, length: number, sink: LineSink): number {
    if (this.#carried === 0) return this.#lines(bytes, at, length, sink);
    const before = this.#carried;
    this.#append(bytes, at, length);
    const joined = this.#carry;
    const joinedLength = this.#carried;
    this.#carried = 0;
    const end = this.#lines(joined, 0, joinedLength, sink);
    return end < 0 ? end : at + end - before;
  }

  #lines(
    bytes: Uint8Array,
    at: number,
    length: number,
    sink: LineSink,
  ): number {
    let from = at;
    for (;;) {
      const next = this.#lineEnd(bytes, from, length);
      if (next === MORE) return this.#keep(bytes, from, length);
      this.#budgetBytes -= next - from;
      if (this.#budgetBytes < 0 || this.#hasControl) {
        const fault = this.#budgetBytes < 0 ? "too_large" : "control";
        return this.#broken(fault, bytes.subarray(from, next));
      }
      const verdict = sink.line(bytes, from, contentEnd(bytes, from, next));
      if (verdict === BROKEN) return BROKEN;
      if (verdict === LAST) return next;
      from = next;
      this.#searched = 0;
    }
  }

  /** Where the line that begins at `from` ends, its folds included. */
  #lineEnd(bytes: Uint8Array, from: number, length: number): number {
    for (let at = from + this.#searched; at < length; at++) {
      const byte = bytes[at]!;
      if (byte >= SPACE || byte === TAB) continue;
      if (byte === CR) {
        if (at + 1 === length) return this.#searchedUpTo(at - from);
        if (bytes[at + 1] !== LF) this.#hasControl = true;
      } else if (byte !== LF) {
        this.#hasControl = true;
      } else {
        const next = at + 1;
        if (contentEnd(bytes, from, next) === from) return next;
        if (next === length) return this.#searchedUpTo(at - from);
        if (bytes[next] !== SPACE && bytes[next] !== TAB) return next;
      }
    }
    return this.#searchedUpTo(length - from);
  }

  #searchedUpTo(offset: number): typeof MORE {
    this.#searched = offset;
    return MORE;
  }

  #keep(bytes: Uint8Array, from: number, length: number): number {
    if (length - from > this.#budgetBytes) {
      return this.#broken("too_large", bytes.subarray(from, length));
    }
    if (bytes !== this.#carry) this.#append(bytes, from, length);
    // What stays where it is must not be copied: the cost of a line that comes
    // byte by byte would grow with the square of its length.
    else if (from > 0) bytes.copyWithin(0, from, length);
    this.#carried = length - from;
    return MORE;
  }

  #broken(fault: "control" | "too_large", line: Uint8Array): typeof BROKEN {
    this.fault = fault;
    this.faultLine = line.slice(0, FAULT_BYTES);
    return BROKEN;
  }

  #append(bytes: Uint8Array, from: number, to: number): void {
    const length = this.#carried + to - from;
    if (length > this.#carry.length) {
      const larger = new Uint8Array(Math.max(256, 2 * length));
      larger.set(this.unfinished);
      this.#carry = larger;
    }
    this.#carry.set(bytes.subarray(from, to), this.#carried);
    this.#carried = length;
  }
}

/** Where the content of a line ends whose next line begins at `next`. */
function contentEnd(bytes: Uint8Array, from: number, next: number): number {
  const end = next - 1;
  return end > from && bytes[end - 1] === CR ? end - 1 : end;
}
