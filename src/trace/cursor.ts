import { NoTrace, type TraceReader } from "./reader.ts";

const BLOCK_BYTES = 65_536;
/** The longest encoding of an arrival. */
const ARRIVAL_BYTES_MAX = 24;
/** Further ahead it is quicker to jump. */
const AHEAD_US = 60e6;

/** Walks over the arrivals of a trace, forwards, from any instant. One block of memory. */
export class TraceCursor {
  readonly #reader: TraceReader;
  readonly #block = new Uint8Array(BLOCK_BYTES);
  /** Where the block begins in the body, and how much of it there is. */
  #from = 0;
  #length = 0;
  #at = 0;
  /** The current arrival. */
  #us = 0;
  /** Nothing lies between here and the current arrival. */
  #clearUs = Infinity;
  #index = -1;
  #form = 0;
  #part = 0;

  constructor(reader: TraceReader) {
    this.#reader = reader;
  }

  /** Microseconds since the first arrival; Infinity behind the last one. */
  get us(): number {
    return this.#us;
  }
  /** How many arrivals come before it. */
  get index(): number {
    return this.#index;
  }
  /** Number of the form of its path. */
  get form(): number {
    return this.#form;
  }
  /** Of 256 parts of the clients, the one that it belongs to. */
  get part(): number {
    return this.#part;
  }

  /** Goes to the first arrival at an instant or later. */
  seek(us: number): void {
    if (us < this.#clearUs || us - this.#us > AHEAD_US) this.#jump(us);
    while (this.#us < us) this.next();
    this.#clearUs = us;
  }

  /** Goes on to the next arrival. */
  next(): void {
    // Instants are whole: what follows may lie at the same one.
    this.#clearUs = this.#us + 0.5;
    if (this.#index + 1 >= this.#reader.head.count) {
      this.#us = Infinity;
      return;
    }
    if (this.#length - this.#at < ARRIVAL_BYTES_MAX) this.#fill();
    this.#us += this.#varint();
    this.#form = this.#varint();
    this.#part = this.#block[this.#at++]!;
    this.#index++;
  }

  #jump(us: number): void {
    const { places } = this.#reader.head;
    const place = this.#reader.placeBefore(us);
    this.#from = places[place + 1] ?? 0;
    this.#length = this.#at = 0;
    this.#us = places[place] ?? 0;
    this.#index = (places[place + 2] ?? 0) - 1;
    this.next();
  }

  #fill(): void {
    const offset = this.#from + this.#at;
    const left = this.#reader.head.bodyBytes - offset;
    const room = this.#block.subarray(0, Math.min(BLOCK_BYTES, left));
    this.#length = this.#reader.readAt(offset, room);
    // All missing arrivals would otherwise lie at one instant.
    if (this.#length < room.length) {
      throw new NoTrace("it ends before it should: somebody has cut it short");
    }
    this.#from = offset;
    this.#at = 0;
  }

  #varint(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < 9 && this.#at < this.#length; i++) {
      const byte = this.#block[this.#at++]!;
      value += (byte & 127) * unit;
      if (byte < 128) break;
      unit *= 128;
    }
    return value;
  }
}
