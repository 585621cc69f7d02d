/** Bytes of the buffer: a longer line is dropped and counted. */
const BUFFER_BYTES = 2 ** 20;
const NEWLINE = 10;
const RETURN = 13;

/** Takes a line `[from, to)` of bytes that are valid during the call only. */
export type TakeLine = (bytes: Uint8Array, from: number, to: number) => void;

/**
 * Cuts bytes that come in pieces into lines, in one buffer, without making
 * strings. Empty lines are none.
 */
export class ByteLines {
  /** Lines that were longer than the buffer. */
  long = 0;
  readonly #take: TakeLine;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #length = 0;
  #isDropping = false;

  constructor(take: TakeLine) {
    this.#take = take;
  }

  /** Takes a piece; its memory may be used again afterwards. */
  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      const room = BUFFER_BYTES - this.#length;
      const part = piece.subarray(at, at + room);
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      this.#cut();
    }
  }

  /** The last line, where nothing ends it. */
  end(): void {
    if (!this.#isDropping) this.#line(0, this.#length);
    this.#length = 0;
    this.#isDropping = false;
  }

  #cut(): void {
    const buffer = this.#buffer;
    const bytes = buffer.subarray(0, this.#length);
    let from = 0;
    for (;;) {
      const to = bytes.indexOf(NEWLINE, from);
      if (to < 0) break;
      if (this.#isDropping) this.#isDropping = false;
      else this.#line(from, to);
      from = to + 1;
    }
    if (from === 0 && this.#length === BUFFER_BYTES) {
      if (!this.#isDropping) this.long++;
      this.#isDropping = true;
      this.#length = 0;
      return;
    }
    if (this.#isDropping) this.#length = from;
    buffer.copyWithin(0, from, this.#length);
    this.#length -= from;
  }

  #line(from: number, to: number): void {
    const end = to > from && this.#buffer[to - 1] === RETURN ? to - 1 : to;
    if (end > from) this.#take(this.#buffer, from, end);
  }
}
