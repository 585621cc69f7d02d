/*
 * The Huffman code of HPACK: RFC 7541, appendix B. It is canonical: codes of
 * one length follow each other in the order of their symbols, and the first of
 * a length follows the last of the one before. So the lengths are the code.
 */

/** Bits of the code of each byte, then of the end of the string. */
// deno-fmt-ignore
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
   6, 10, 10, 12, 13,  6,  8, 11, 10, 10,  8, 11,  8,  6,  6,  6,
   5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8, 15,  6, 12, 10,
  13,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
   7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8, 13, 19, 13, 14,  6,
  15,  5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,
   6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
] as const;

const END_OF_STRING = 256;
const MAX_LENGTH = 30;
const MAX_PADDING_BITS = 7;

/** The codes of one length: `first` stands for `symbols[0]`, `first + 1` for `symbols[1]`, … */
interface CodeLevel {
  readonly first: number;
  readonly symbols: readonly number[];
}

const LEVELS: readonly CodeLevel[] = buildLevels();

function buildLevels(): CodeLevel[] {
  const levels: CodeLevel[] = [];
  let first = 0;
  for (let length = 0; length <= MAX_LENGTH; length++) {
    const symbols: number[] = [];
    LENGTHS.forEach((bits, symbol) => {
      if (bits === length) symbols.push(symbol);
    });
    levels.push({ first, symbols });
    first = (first + symbols.length) * 2;
  }
  return levels;
}

/** Decodes a Huffman string to bytes; undefined where it breaks the rules of section 5.2. */
export function decodeHuffman(coded: Uint8Array): number[] | undefined {
  const bytes: number[] = [];
  let code = 0;
  let length = 0;
  for (const byte of coded) {
    for (let bit = 7; bit >= 0; bit--) {
      code = (code << 1) | ((byte >> bit) & 1);
      length++;
      const level = LEVELS[length];
      if (level === undefined) return undefined;
      const symbol = level.symbols[code - level.first];
      if (symbol === undefined) continue;
      if (symbol === END_OF_STRING) return undefined;
      bytes.push(symbol);
      code = 0;
      length = 0;
    }
  }
  // What is left over has to be the beginning of the end of the string: ones.
  const padded = length <= MAX_PADDING_BITS && code === (1 << length) - 1;
  return padded ? bytes : undefined;
}
