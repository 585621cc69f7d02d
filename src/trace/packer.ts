import { createHash } from "node:crypto";
import { MAGIC } from "./format.ts";
import type { TraceTarget } from "./reader.ts";

const BLOCK_BYTES = 65_536;
/** The longest encoding of an arrival. */
const ARRIVAL_BYTES_MAX = 24;
/** Places in the body that are remembered, so that it is read from any instant. */
const PLACES_MAX = 65_536;
const PLACE_US = 10e6;

/** The destination of a packed trace. */
export interface TracePackerOptions {
  /** Takes the next bytes; their memory is used again afterwards. */
  readonly write: (bytes: Uint8Array) => void;
}

/** Packs arrivals that come in order. */
export class TracePacker {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #block = new Uint8Array(BLOCK_BYTES);
  readonly #hash = createHash("sha256");
  #length = 0;
  #written = 0;
  #count = 0;
  #firstUs = NaN;
  #lastUs = 0;
  /** Microseconds since the first, byte, and number of the arrival, of each place. */
  #places: number[] = [];
  #placeUs = PLACE_US;
  #nextPlaceUs = 0;

  constructor({ write }: TracePackerOptions) {
    this.#write = write;
  }

  /**
   * Packs the next arrival.
   *
   * @param us since the epoch, not before the last one
   * @param form number of the form of its path
   * @param part of 256 parts of the clients, the one that it belongs to
   */
  add(us: number, form: number, part: number): void {
    const at = Math.round(us);
    if (this.#count === 0) this.#firstUs = this.#lastUs = at;
    const sinceUs = at - this.#firstUs;
    if (sinceUs >= this.#nextPlaceUs) this.#place(sinceUs);
    if (this.#length > BLOCK_BYTES - ARRIVAL_BYTES_MAX) this.#flush();
    this.#varint(Math.max(0, at - this.#lastUs));
    this.#varint(form);
    this.#block[this.#length++] = part;
    this.#lastUs = Math.max(at, this.#lastUs);
    this.#count++;
  }

  /**
   * Ends the trace. @returns the SHA-256 of its body
   */
  end(forms: readonly TraceTarget[]): string {
    this.#flush();
    const digest = this.#hash.digest("hex");
    const trailer = new TextEncoder().encode(JSON.stringify({
      version: 1,
      digest,
      count: this.#count,
      firstUs: this.#count === 0 ? 0 : this.#firstUs,
      spanUs: this.#count === 0 ? 0 : this.#lastUs - this.#firstUs,
      bodyBytes: this.#written,
      forms,
      places: this.#places,
    }));
    this.#write(trailer);
    const end = new Uint8Array(16);
    new DataView(end.buffer).setFloat64(0, trailer.length);
    end.set(new TextEncoder().encode(MAGIC), 8);
    this.#write(end);
    return digest;
  }

  #place(sinceUs: number): void {
    if (this.#places.length >= 3 * PLACES_MAX) {
      this.#placeUs *= 2;
      this.#places = this.#places.filter((_, i) => Math.floor(i / 3) % 2 === 0);
    }
    const lastUs = this.#count === 0 ? 0 : this.#lastUs - this.#firstUs;
    this.#places.push(lastUs, this.#written + this.#length, this.#count);
    this.#nextPlaceUs = sinceUs + this.#placeUs;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#block[this.#length++] = rest % 128 + 128;
      rest = Math.floor(rest / 128);
    }
    this.#block[this.#length++] = rest;
  }

  #flush(): void {
    if (this.#length === 0) return;
    const bytes = this.#block.subarray(0, this.#length);
    this.#hash.update(bytes);
    this.#write(bytes);
    this.#written += this.#length;
    this.#length = 0;
  }
}
