import { isDigit } from "../../access/mod.ts";

/** What a segment of a path is, if it is not a word of the service's own. */
export const SEGMENT_KINDS = [
  "word",
  "n",
  "text",
  "email",
  "uuid",
  "hex",
  "token",
  "any",
  "rest",
] as const;

/** One of `SEGMENT_KINDS`. */
export type SegmentKind = typeof SEGMENT_KINDS[number];

const HEX_MIN = 8;
const TOKEN_MIN = 16;
const TOKEN_CHANGES = 4;
/** Longer than any word. */
const WORD_MAX = 63;
const UUID_CHARS = 36;

/** What a byte may be, as bits. */
const DIGIT = 1;
const LETTER = 2;
const AT = 4;
const ODD = 8;

/** By byte, what it is: one look for each. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = byte | 32;
  if (byte >= 48 && byte <= 57) return DIGIT;
  if (letter >= 97 && letter <= 122 && byte < 128) return LETTER;
  if (byte === 64) return AT;
  // `%`, quotes, and what no path has unescaped.
  const isOdd = byte <= 32 || byte >= 127 || '%"\\<>{}$'.includes(
    String.fromCharCode(byte),
  );
  return isOdd ? ODD : 0;
});

/**
 * What a segment is. A word has many letters and few changes between letters and
 * digits; a *share* of digits would call `logstash-monitorama-2013` a token.
 */
export function kindOf(
  bytes: Uint8Array,
  from: number,
  to: number,
): SegmentKind {
  let seen = 0;
  let digits = 0;
  for (let i = from; i < to; i++) {
    const is = CLASSES[bytes[i]!]!;
    seen |= is;
    digits += is & DIGIT;
  }
  const length = to - from;
  if (seen & ODD) return "text";
  if (seen & AT) return "email";
  if (digits > 0) {
    if (digits === length) return "n";
    if (length === UUID_CHARS && isUuid(bytes, from)) return "uuid";
    if (length >= HEX_MIN && isHex(bytes, from, to)) return "hex";
    const isToken = length >= TOKEN_MIN &&
      changesIn(bytes, from, to) >= TOKEN_CHANGES;
    if (isToken) return "token";
  }
  return length > WORD_MAX ? "token" : "word";
}

/** Changes between letters and digits. */
function changesIn(bytes: Uint8Array, from: number, to: number): number {
  let before = 0;
  let changes = 0;
  for (let i = from; i < to; i++) {
    const is = CLASSES[bytes[i]!]!;
    if ((is | before) === (DIGIT | LETTER)) changes++;
    before = is;
  }
  return changes;
}

function isUuid(bytes: Uint8Array, from: number): boolean {
  for (let i = 0; i < UUID_CHARS; i++) {
    const byte = bytes[from + i]!;
    const isDash = i === 8 || i === 13 || i === 18 || i === 23;
    const letter = byte | 32;
    const isHexDigit = isDigit(byte) || (letter >= 97 && letter <= 102);
    if (isDash ? byte !== 45 : !isHexDigit) return false;
  }
  return true;
}

/** Whether a part of the segment between dots is hexadecimal, as in `main.9f86d081.js`. */
function isHex(bytes: Uint8Array, from: number, to: number): boolean {
  let length = 0;
  let digits = 0;
  let isPure = true;
  for (let i = from; i <= to; i++) {
    const byte = bytes[i]!;
    if (i === to || byte === 46) {
      if (isPure && length >= HEX_MIN && digits > 0) return true;
      length = digits = 0;
      isPure = true;
      continue;
    }
    const letter = byte | 32;
    if (isDigit(byte)) digits++;
    else if (letter < 97 || letter > 102) isPure = false;
    length++;
  }
  return false;
}
