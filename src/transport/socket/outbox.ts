/** A larger buffer, which one busy turn needed, is not kept. */
const KEEP_BYTES = 64 * 1024;
const FIRST_BYTES = 4 * 1024;
/** Shared pieces from this size on get a write of their own, which costs less than a copy. */
const SHARED_BYTES = 16 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * Gathers everything written in one turn of the event loop into one write to
 * the system. There is never more than one such write under way.
 *
 *   push ─┐
 *   push ─┼─▶ buffer ──(end of turn)──▶ sink ──▶ sent() ──▶ next, if any
 *   push ─┘
 *
 * A shared piece that is alone in its turn goes to the sink as it is: that is
 * every HTTP/1.1 request without fields. So does a large one behind what was
 * pushed before it: a body from a file.
 */
export class Outbox {
  readonly #sink: (bytes: Uint8Array) => void;
  readonly #flush = () => this.#flushNow();
  #alone: Uint8Array | null = null;
  #buffer: Uint8Array = NOTHING;
  #length = 0;
  /** The buffer that the sink may be reading; swapped with `#buffer`. */
  #lent: Uint8Array = NOTHING;
  #sending = 0;
  #scheduled = false;

  /** @param sink sends bytes; `sent` is called when it has taken them all */
  constructor(sink: (bytes: Uint8Array) => void) {
    this.#sink = sink;
  }

  /** Bytes pushed that the sink has not taken yet. */
  get queuedBytes(): number {
    return this.#sending + this.#length + (this.#alone?.length ?? 0);
  }

  /** Adds a copy of some bytes. */
  push(bytes: Uint8Array): void {
    if (this.#alone !== null) this.#copyAlone();
    this.#append(bytes);
    this.#schedule();
  }

  /** Adds bytes that never change. */
  pushShared(bytes: Uint8Array): void {
    const isLarge = bytes.length >= SHARED_BYTES;
    const before = this.#alone?.length ?? 0;
    // A head that is the same for all requests, followed by a body from a file.
    if (isLarge && before > 0 && before < SHARED_BYTES) this.#copyAlone();
    const isCopied = this.#length > 0 && !isLarge;
    if (isCopied || this.#alone !== null) return this.push(bytes);
    this.#alone = bytes;
    this.#schedule();
  }

  /** The buffer, with room for `most` bytes more. */
  room(most: number): Uint8Array {
    if (this.#alone !== null) this.#copyAlone();
    const length = this.#length + most;
    if (length > this.#buffer.length) this.#grow(length);
    return this.#buffer;
  }

  /** Where the next byte goes in it. */
  get end(): number {
    return this.#length;
  }

  /** The buffer holds what is to be sent up to here. */
  filled(end: number): void {
    this.#length = end;
    this.#schedule();
  }

  /** The sink has taken all that it was given. */
  sent(): void {
    this.#sending = 0;
    if (this.#length === 0) this.#takeBack();
    if (this.#length > 0 || this.#alone !== null) this.#schedule();
  }

  #copyAlone(): void {
    const bytes = this.#alone!;
    this.#alone = null;
    this.#append(bytes);
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  #grow(atLeast: number): void {
    let size = Math.max(FIRST_BYTES, this.#buffer.length);
    while (size < atLeast) size *= 2;
    const larger = new Uint8Array(size);
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }

  #schedule(): void {
    if (this.#scheduled || this.#sending > 0) return;
    this.#scheduled = true;
    queueMicrotask(this.#flush);
  }

  #flushNow(): void {
    this.#scheduled = false;
    // What is in the buffer was pushed first.
    const bytes = this.#length > 0 ? this.#lend() : this.#takeAlone();
    if (bytes.length === 0) return;
    this.#sending = bytes.length;
    this.#sink(bytes);
  }

  #takeAlone(): Uint8Array {
    const bytes = this.#alone ?? NOTHING;
    this.#alone = null;
    return bytes;
  }

  /**
   * The buffer that was just sent is used next: it is in the processor's cache,
   * and one is enough while requests wait for answers.
   */
  #takeBack(): void {
    const sent = this.#lent;
    this.#lent = this.#buffer;
    this.#buffer = sent;
  }

  #lend(): Uint8Array {
    const full = this.#buffer;
    const bytes = full.subarray(0, this.#length);
    this.#buffer = this.#lent;
    this.#lent = full.length <= KEEP_BYTES ? full : NOTHING;
    this.#length = 0;
    return bytes;
  }
}
