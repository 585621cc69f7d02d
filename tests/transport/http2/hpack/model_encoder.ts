/**
 * An encoder of HPACK that writes whatever RFC 7541 allows, at random, with a
 * table that is a plain list. It shares no code with what it tests but the
 * Huffman code, which has tests of its own.
 *
 * @module
 */
import { huffmanEncode } from "../../../../src/transport/http2/hpack/huffman.ts";
import {
  STATIC_NAMES,
  STATIC_VALUES,
} from "../../../../src/transport/http2/hpack/static_table.ts";
import { textOf } from "../../../../src/transport/http2/hpack/mod.ts";

export type Field = readonly [name: string, value: string];

const STATIC: Field[] = STATIC_NAMES.slice(1).map((name, i) =>
  [textOf(name), textOf(STATIC_VALUES[i + 1]!)] as const
);

/** Decides what is free to choose: a number in [0, below). */
export type Choose = (below: number) => number;

export class ModelEncoder {
  /** Newest first. */
  entries: Field[] = [];
  maxBytes = 4096;
  readonly #choose: Choose;
  #out: number[] = [];

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  /** Size of the table, as RFC 7541, 4.1, counts it. */
  get bytes(): number {
    return this.entries.reduce(
      (sum, [n, v]) => sum + n.length + v.length + 32,
      0,
    );
  }

  /** Writes a block, after telling of these sizes. */
  encode(fields: readonly Field[], sizes: readonly number[] = []): Uint8Array {
    this.#out = [];
    for (const size of sizes) {
      this.#integer(size, 0x20, 5);
      this.maxBytes = size;
      this.#evict();
    }
    for (const field of fields) this.#field(field);
    return Uint8Array.from(this.#out);
  }

  #field(field: Field): void {
    const all = [...STATIC, ...this.entries];
    const same = indexesOf(all, ([n, v]) => n === field[0] && v === field[1]);
    if (same.length > 0 && this.#choose(4) > 0) {
      return this.#integer(same[this.#choose(same.length)]!, 0x80, 7);
    }
    const named = indexesOf(all, ([name]) => name === field[0]);
    const index = named.length > 0 && this.#choose(4) > 0
      ? named[this.#choose(named.length)]!
      : 0;
    const kind = this.#choose(4);
    if (kind <= 1) this.#integer(index, 0x40, 6);
    else this.#integer(index, kind === 2 ? 0x00 : 0x10, 4);
    if (index === 0) this.#text(field[0]);
    this.#text(field[1]);
    if (kind > 1) return;
    this.entries.unshift(field);
    this.#evict();
  }

  #evict(): void {
    while (this.bytes > this.maxBytes) this.entries.pop();
  }

  #text(text: string): void {
    const plain = Uint8Array.from(text, (char) => char.charCodeAt(0));
    const isHuffman = this.#choose(2) === 0;
    const bytes = isHuffman ? huffmanEncode(plain) : plain;
    this.#integer(bytes.length, isHuffman ? 0x80 : 0, 7);
    this.#out.push(...bytes);
  }

  #integer(value: number, first: number, bits: number): void {
    const most = 2 ** bits - 1;
    if (value < most) return void this.#out.push(first + value);
    this.#out.push(first + most);
    let rest = value - most;
    while (rest >= 128) {
      this.#out.push(128 + rest % 128);
      rest = Math.floor(rest / 128);
    }
    this.#out.push(rest);
  }
}

function indexesOf(all: readonly Field[], is: (field: Field) => boolean) {
  return all.flatMap((field, i) => is(field) ? [i + 1] : []);
}
