const COLON = 58;
const COMMA = 44;
const ZERO = 48;
const NINE = 57;
const SPACE = 32;
const TO_LOWER = 32;

/** Characters of a field name: `tchar` of RFC 9110, 5.6.2. */
export const IS_TOKEN = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") {
  IS_TOKEN[char.charCodeAt(0)] = 1;
  IS_TOKEN[char.toUpperCase().charCodeAt(0)] = 1;
}

/** The bytes of a lower-case name, to compare with. */
export function nameBytes(name: string): Uint8Array {
  return new TextEncoder().encode(name);
}

/** Where the colon of a field line is; -1 when it is not a field line. */
export function colonOf(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && IS_TOKEN[bytes[at]!] === 1) at++;
  return at > from && at < to && bytes[at] === COLON ? at : -1;
}

/** Whether `bytes` from `from` to `to` spell a lower-case name, in any case. */
export function spells(
  bytes: Uint8Array,
  from: number,
  to: number,
  name: Uint8Array,
): boolean {
  if (to - from !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    if ((bytes[from + i]! | TO_LOWER) !== name[i]) return false;
  }
  return true;
}

/**
 * Reads the value of `content-length`: a number, or the same number several
 * times with commas between (RFC 9110, 8.6).
 *
 * @returns -1 for anything else, and for more than a number can hold
 */
export function parseLength(
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  const first = bytes[from] === SPACE ? from + 1 : from;
  const simple = parseDigits(bytes, first, to);
  return simple >= 0 ? simple : parseLengths(bytes, from, to);
}

function parseLengths(bytes: Uint8Array, from: number, to: number): number {
  let length = -1;
  const valid = eachElement(bytes, from, to, (start, end) => {
    const value = parseDigits(bytes, start, end);
    if (value < 0 || (length >= 0 && value !== length)) return false;
    length = value;
    return true;
  });
  return valid ? length : -1;
}

/** The number that digits spell; -1 when they are not digits, or too many. */
export function parseDigits(
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  if (from === to) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) return -1;
    value = 10 * value + byte - ZERO;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1;
}

/** Calls `visit` for each element of a comma-separated list; empty ones are skipped. */
export function eachElement(
  bytes: Uint8Array,
  from: number,
  to: number,
  visit: (start: number, end: number) => boolean,
): boolean {
  let start = from;
  while (start < to) {
    let comma = start;
    while (comma < to && bytes[comma] !== COMMA) comma++;
    let first = start;
    let last = comma;
    // Blanks, tabs, and the line ends of a fold: all codes up to that of a
    // space.
    while (first < last && bytes[first]! <= SPACE) first++;
    while (last > first && bytes[last - 1]! <= SPACE) last--;
    if (last > first && !visit(first, last)) return false;
    start = comma + 1;
  }
  return true;
}

const EQUALS = 61;
const QUOTE = 34;

/**
 * The number of a parameter such as `timeout=5` in a comma-separated list.
 *
 * @param name in lower case
 * @returns -1 where there is none, and for more than a number can hold
 */
export function parameterOf(
  bytes: Uint8Array,
  from: number,
  to: number,
  name: Uint8Array,
): number {
  for (let at = from; at < to; at = afterComma(bytes, at, to)) {
    const start = afterBlanks(bytes, at, to);
    const end = Math.min(to, start + name.length);
    if (!spells(bytes, start, end, name)) continue;
    const equals = afterBlanks(bytes, end, to);
    if (equals === to || bytes[equals] !== EQUALS) continue;
    let first = afterBlanks(bytes, equals + 1, to);
    if (first < to && bytes[first] === QUOTE) first++;
    let last = first;
    while (last < to && bytes[last]! >= ZERO && bytes[last]! <= NINE) last++;
    return parseDigits(bytes, first, last);
  }
  return -1;
}

function afterBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at]! <= SPACE) at++;
  return at;
}

function afterComma(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== COMMA) at++;
  return at + 1;
}
