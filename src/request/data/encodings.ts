import type { Cells, DataSet, Table } from "./types.ts";

/** How a value is written so that it stays where it is put. */
export type Encoding = "raw" | "trimmed" | "percent" | "json";

const HEX = "0123456789ABCDEF";
const LOWER_HEX = "0123456789abcdef";
const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;

/** Bytes that one byte may become. */
export const GROWTH: Readonly<Record<Encoding, number>> = {
  raw: 1,
  trimmed: 1,
  percent: 3,
  json: 6,
};

/** RFC 3986, 2.3: letters, digits, - . _ ~ */
const UNRESERVED = new Uint8Array(256);
for (const char of "-._~") UNRESERVED[char.charCodeAt(0)] = 1;
for (let i = 0; i < 10; i++) UNRESERVED[0x30 + i] = 1;
for (let i = 0; i < 26; i++) UNRESERVED[0x41 + i] = UNRESERVED[0x61 + i] = 1;

/** What JSON writes with one letter behind the backslash. */
const SHORT = new Map([
  [0x08, "b"],
  [0x09, "t"],
  [0x0a, "n"],
  [0x0c, "f"],
  [0x0d, "r"],
]);

/** A span of bytes. */
export interface ByteSpan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

function copyInto(
  { bytes, start, end }: ByteSpan,
  to: Uint8Array,
  at: number,
): number {
  for (let i = start; i < end; i++) to[at++] = bytes[i]!;
  return at;
}

function percentInto(
  { bytes, start, end }: ByteSpan,
  to: Uint8Array,
  at: number,
): number {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (UNRESERVED[byte] === 1) {
      to[at++] = byte;
      continue;
    }
    to[at] = PERCENT;
    to[at + 1] = HEX.charCodeAt(byte >> 4);
    to[at + 2] = HEX.charCodeAt(byte & 15);
    at += 3;
  }
  return at;
}

/** RFC 8259, 7: quotes, backslashes and controls; all else as it is. */
function jsonInto(
  { bytes, start, end }: ByteSpan,
  to: Uint8Array,
  at: number,
): number {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH) to[at++] = byte;
    else at = escapeInto(byte, to, at);
  }
  return at;
}

function escapeInto(byte: number, to: Uint8Array, at: number): number {
  to[at++] = BACKSLASH;
  const letter = byte >= SPACE ? String.fromCharCode(byte) : SHORT.get(byte);
  if (letter !== undefined) {
    to[at++] = letter.charCodeAt(0);
    return at;
  }
  for (const char of "u00") to[at++] = char.charCodeAt(0);
  to[at++] = LOWER_HEX.charCodeAt(byte >> 4);
  to[at++] = LOWER_HEX.charCodeAt(byte & 15);
  return at;
}

/**
 * Writes bytes as an encoding has them, where there is room for `GROWTH` times
 * as many, and gives where they end.
 */
export const ENCODERS: Readonly<
  Record<Encoding, (span: ByteSpan, to: Uint8Array, at: number) => number>
> = {
  raw: copyInto,
  trimmed: (span, to, at) => copyInto(trimmed(span), to, at),
  percent: percentInto,
  json: jsonInto,
};

/** Without spaces and tabs around it. */
export function trimmed({ bytes, start, end }: ByteSpan): ByteSpan {
  while (start < end && isBlank(bytes[start]!)) start++;
  while (end > start && isBlank(bytes[end - 1]!)) end--;
  return { bytes, start, end };
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/**
 * A column in an encoding. Made at most once, by whoever asks first: the main
 * thread, which looks through all requests before any worker does. A column
 * that the encoding leaves as it is costs nothing.
 */
export function cellsOf(
  { table, encoded }: DataSet,
  column: string,
  encoding: Encoding,
): Cells {
  const key = `${encoding} ${column}`;
  let cells = encoded.get(key);
  if (cells === undefined) {
    cells = encodedCells(rawCells(table, column), table.rows, encoding);
    encoded.set(key, cells);
  }
  return cells;
}

function rawCells({ columns, rows, bytes, ends }: Table, column: string) {
  const cells = {
    bytes,
    ends,
    stride: columns.length,
    first: columns.indexOf(column),
  };
  let most = 0;
  for (let row = 0; row < rows; row++) {
    const { start, end } = cellAt(cells, row);
    most = Math.max(most, end - start);
  }
  return { ...cells, most };
}

/** Where a row's cell stands. */
export function cellAt(
  { bytes, ends, stride, first }: Omit<Cells, "most">,
  row: number,
): ByteSpan {
  const i = row * stride + first;
  return { bytes, start: i === 0 ? 0 : ends[i - 1]!, end: ends[i]! };
}

function encodedCells(raw: Cells, rows: number, encoding: Encoding): Cells {
  const bytesMax = encodedBytes(raw, rows, encoding);
  if (bytesMax === null) return raw;
  const bytes = new Uint8Array(new SharedArrayBuffer(bytesMax));
  const ends = new Uint32Array(new SharedArrayBuffer(4 * rows));
  let at = 0;
  let most = 0;
  for (let row = 0; row < rows; row++) {
    const end = ENCODERS[encoding](cellAt(raw, row), bytes, at);
    most = Math.max(most, end - at);
    ends[row] = at = end;
  }
  return { bytes, ends, stride: 1, first: 0, most };
}

/** How long a column becomes; null = it stays as it is. */
function encodedBytes(
  raw: Cells,
  rows: number,
  encoding: Encoding,
): number | null {
  if (encoding === "raw") return null;
  const scratch = new Uint8Array(raw.most * GROWTH[encoding]);
  let total = 0;
  let isSame = true;
  for (let row = 0; row < rows; row++) {
    const cell = cellAt(raw, row);
    const length = ENCODERS[encoding](cell, scratch, 0);
    total += length;
    // Each encoding makes what it changes longer, or shorter.
    if (length !== cell.end - cell.start) isSame = false;
  }
  return isSame ? null : total;
}
