import type { Slice } from "./slice.ts";

/*
 * The Huffman code of HPACK (RFC 7541, appendix B). It is canonical: sorted by
 * (length, symbol), each code is the one before plus 1, shifted left where the
 * length grows. So the lengths below are the whole table; the last one is EOS.
 *
 * Decoding walks a machine with one state for each inner node of the code's
 * tree and one step for each half byte. No code is shorter than five bits, so a
 * step gives at most one symbol.
 */
const EOS = 256;
const LENGTHS = new Uint8Array(
  // deno-fmt-ignore
  [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
  ],
);

const CODES = canonicalCodes();
/** The longest padding: fewer bits than a byte, all of them ones. */
const MAX_PADDING_BITS = 7;

function canonicalCodes(): Uint32Array {
  const symbols = Array.from(LENGTHS.keys());
  symbols.sort((a, b) => LENGTHS[a]! - LENGTHS[b]! || a - b);
  const codes = new Uint32Array(LENGTHS.length);
  let code = 0;
  let length = LENGTHS[symbols[0]!]!;
  for (const symbol of symbols) {
    code <<= LENGTHS[symbol]! - length;
    length = LENGTHS[symbol]!;
    codes[symbol] = code++;
  }
  return codes;
}

/** Bytes that the code needs for a text. */
export function huffmanLength(bytes: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) bits += LENGTHS[bytes[i]!]!;
  return Math.ceil(bits / 8);
}

/** Encodes bytes; the last byte is filled with ones, as EOS begins. */
export function huffmanEncode(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(huffmanLength(bytes));
  let at = 0;
  /** Bits of `out[at]` that are still free. */
  let free = 8;
  for (let i = 0; i < bytes.length; i++) {
    const code = CODES[bytes[i]!]!;
    let left = LENGTHS[bytes[i]!]!;
    while (left >= free) {
      left -= free;
      out[at++]! |= (code >>> left) & (0xff >> (8 - free));
      free = 8;
    }
    free -= left;
    if (left > 0) out[at]! |= (code & ((1 << left) - 1)) << free;
  }
  if (free < 8) out[at]! |= (1 << free) - 1;
  return out;
}

/*
 * A step of the machine in one number:
 *
 *   bit 17     bits 16 … 9     bits 8 … 0
 *   emits?     the symbol      the next state        or −1: no such code
 */
const STATE_MASK = 0x1ff;
const SYMBOL_SHIFT = 9;
const EMITS = 1 << 17;
const { steps: STEPS, mayEnd: MAY_END } = buildMachine();

/** The two branches of an inner node: another one (≥ 0), or a leaf (−1 − symbol). */
type Branches = [zero: number, one: number];

function buildTree(): Branches[] {
  const unset = Number.MAX_SAFE_INTEGER;
  const tree: Branches[] = [[unset, unset]];
  for (let symbol = 0; symbol <= EOS; symbol++) {
    let node = 0;
    for (let left = LENGTHS[symbol]! - 1; left > 0; left--) {
      const side = (CODES[symbol]! >>> left) & 1;
      if (tree[node]![side] === unset) {
        tree[node]![side] = tree.push([unset, unset]) - 1;
      }
      node = tree[node]![side]!;
    }
    tree[node]![CODES[symbol]! & 1] = -1 - symbol;
  }
  return tree;
}

function buildMachine() {
  const tree = buildTree();
  const steps = new Int32Array(tree.length * 16);
  for (let step = 0; step < steps.length; step++) {
    steps[step] = stepOf(tree, step);
  }
  const mayEnd = new Uint8Array(tree.length);
  for (let node = 0, bits = 0; bits <= MAX_PADDING_BITS; bits++) {
    mayEnd[node] = 1;
    node = tree[node]![1];
  }
  return { steps, mayEnd };
}

function stepOf(tree: readonly Branches[], step: number): number {
  let node = step >> 4;
  let emitted = 0;
  for (let left = 3; left >= 0; left--) {
    const next = tree[node]![(step >> left) & 1]!;
    if (next === -1 - EOS) return -1;
    if (next < 0) emitted = EMITS | ((-1 - next) << SYMBOL_SHIFT);
    node = next < 0 ? 0 : next;
  }
  return emitted | node;
}

/** The text does not follow the code: EOS inside, or a padding that is not one. */
export const HUFFMAN_INVALID = -1;
/** The text is longer than the room for it. */
export const HUFFMAN_TOO_LONG = -2;

/**
 * Decodes a text.
 *
 * @returns how many bytes of `into` were written, or one of the two negative
 *   results above
 */
export function huffmanDecode(source: Slice, into: Uint8Array): number {
  const { bytes, end } = source;
  let state = 0;
  let length = 0;
  for (let i = source.start; i < end; i++) {
    const byte = bytes[i]!;
    const high = STEPS[(state << 4) | (byte >> 4)]!;
    if (high < 0) return HUFFMAN_INVALID;
    const low = STEPS[((high & STATE_MASK) << 4) | (byte & 15)]!;
    if (low < 0) return HUFFMAN_INVALID;
    if (length + 2 > into.length) return HUFFMAN_TOO_LONG;
    if (high & EMITS) into[length++] = high >> SYMBOL_SHIFT;
    if (low & EMITS) into[length++] = low >> SYMBOL_SHIFT;
    state = low & STATE_MASK;
  }
  return MAY_END[state] === 1 ? length : HUFFMAN_INVALID;
}
