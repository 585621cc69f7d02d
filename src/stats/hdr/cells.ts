import { NUMBER_BYTES_MAX, NumberReader, writeNumber } from "./leb128.ts";

/** Pairs of cell and count, by rising cell, as totals have them. */
export type Pairs = readonly number[] | Float64Array;

/**
 * The counts of a histogram as the body of HdrHistogram's format V2: one number
 * for each cell up to the last one used, and −n for n empty cells in a row.
 *
 *   cells    0  0  0  5  1  0  2
 *   body    −3  5  1  0  2
 */
export function encodeCells(pairs: Pairs): Uint8Array {
  const bytes = new Uint8Array(pairs.length * NUMBER_BYTES_MAX);
  let at = 0;
  let next = 0;
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const empty = pairs[i]! - next;
    if (empty === 1) at = writeNumber(bytes, at, 0);
    else if (empty > 1) at = writeNumber(bytes, at, -empty);
    at = writeNumber(bytes, at, pairs[i + 1]!);
    next = pairs[i]! + 1;
  }
  return bytes.slice(0, at);
}

/**
 * Adds what a body holds to some counts: merging is decoding twice.
 *
 * @param map the cell of `counts` for each cell of the body; absent = the same
 * @returns how many samples it holds
 * @throws {RangeError} for a body that no histogram of so many cells has
 */
export function decodeCells(
  body: Uint8Array,
  counts: Float64Array,
  map?: ArrayLike<number>,
): number {
  const cellsMax = map?.length ?? counts.length;
  const reader = new NumberReader(body);
  let cell = 0;
  let samples = 0;
  while (reader.hasMore) {
    const number = reader.next();
    if (number < 0) {
      cell -= number;
      continue;
    }
    if (cell >= cellsMax) throw new RangeError("a cell lies beyond the last");
    counts[map === undefined ? cell : map[cell]!]! += number;
    samples += number;
    cell++;
  }
  return samples;
}

/**
 * The cells of a body that hold samples: gives back what was encoded, in numbers
 * that the garbage collector does not look through.
 *
 * @throws {RangeError} for a body that no histogram of so many cells has
 */
export function decodePairs(body: Uint8Array, cellsMax: number): Float64Array {
  const pairs = new Float64Array(2 * usedCells(body));
  const reader = new NumberReader(body);
  let cell = 0;
  let at = 0;
  while (reader.hasMore) {
    const number = reader.next();
    if (number < 0) cell -= number;
    else if (cell >= cellsMax) throw new RangeError("beyond the last cell");
    else if (number > 0) {
      pairs[at++] = cell++;
      pairs[at++] = number;
    } else cell++;
  }
  return pairs;
}

/** How many numbers of a body are counts: a number that is not negative is even in its first byte. */
function usedCells(body: Uint8Array): number {
  let used = 0;
  let isFirst = true;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]!;
    if (isFirst && (byte & 1) === 0 && byte > 0) used++;
    isFirst = byte < 128;
  }
  return used;
}

/** The cells that hold samples. */
export function pairsOf(counts: Float64Array): number[] {
  let used = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell]! > 0) used++;
  }
  const pairs = new Array<number>(2 * used);
  for (let cell = 0, at = 0; at < pairs.length; cell++) {
    if (counts[cell]! === 0) continue;
    pairs[at++] = cell;
    pairs[at++] = counts[cell]!;
  }
  return pairs;
}
