import { absorb, finish } from "../../base/mod.ts";
import type { Draws } from "../draws.ts";
import type { DataSet, RowPick } from "./types.ts";

/** Says which row of a data set an arrival gets: the same one for all its fields. */
export interface Rows {
  /** The row of the arrival; −1 = there is none left for it. */
  row(draws: Draws): number;
}

/** How many arrivals go by before `in_order` has none left; Infinity = it repeats. */
export function rowsUntilEnd({ pick, table }: DataSet): number {
  const stops = isRanked(pick) && pick.atEnd === "stop";
  return stops ? table.rows : Infinity;
}

/** Whether a pick goes by how many arrivals came before. */
function isRanked(
  pick: RowPick,
): pick is Extract<RowPick, { atEnd: unknown }> {
  return pick.kind === "in_order" || pick.kind === "shuffle";
}

/** Opens a data set's rows. @param stream of its name */
export function openRows({ pick, table }: DataSet, stream: number): Rows {
  return new OnceEach(rowOf(pick, table.rows, stream));
}

type RowOf = (draws: Draws) => number;

function rowOf(pick: RowPick, rows: number, stream: number): RowOf {
  switch (pick.kind) {
    case "random":
      return (draws) => Math.floor(draws.rowUnit(stream) * rows);
    case "zipf": {
      const zipf = new Zipf(rows, pick.skew);
      return (draws) => zipf.row(draws.rowUnit(stream));
    }
    case "in_order":
      return ({ rank }) => countedOf(rank) % rows;
    case "shuffle":
      return (draws) => {
        const rank = countedOf(draws.rank);
        return shuffled(rank % rows, rows, [stream, Math.floor(rank / rows)]);
      };
  }
}

/** A health check has no rank: it is asked as the first arrival. */
export function countedOf(rank: number): number {
  return Number.isNaN(rank) ? 0 : rank;
}

/** Draws once for an arrival, however many fields ask. */
class OnceEach implements Rows {
  readonly #rowOf: RowOf;
  #serial = NaN;
  #row = 0;

  constructor(rowOf: RowOf) {
    this.#rowOf = rowOf;
  }

  row(draws: Draws): number {
    if (draws.serial !== this.#serial) {
      this.#row = this.#rowOf(draws);
      this.#serial = draws.serial;
    }
    return this.#row;
  }
}

const GUIDES = 4096;

/**
 * Rows by Zipf's law, P(k) ∝ 1/k^s, by inverting the table of sums: one draw a
 * row. A guide table says where to begin, so the search is over a few entries.
 */
class Zipf {
  readonly #sums: Float64Array;
  readonly #guides = new Uint32Array(GUIDES + 1);

  constructor(rows: number, skew: number) {
    this.#sums = new Float64Array(rows);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      this.#sums[row] = sum += (row + 1) ** -skew;
    }
    for (let row = 0; row < rows; row++) this.#sums[row]! /= sum;
    let row = 0;
    for (let guide = 0; guide <= GUIDES; guide++) {
      while (row < rows - 1 && this.#sums[row]! <= guide / GUIDES) row++;
      this.#guides[guide] = row;
    }
  }

  /** The first row whose sum is above a number in [0, 1). */
  row(unit: number): number {
    const guide = Math.floor(unit * GUIDES);
    let low = this.#guides[guide]!;
    let high = this.#guides[guide + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > unit) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const ROUNDS = 4;

/**
 * A permutation of 0 … count − 1 by a key: a Feistel network on the next even
 * number of bits, walked until it comes out below `count` (Black and Rogaway,
 * "Ciphers with Arbitrary Finite Domains", 2002); fewer than four steps on
 * average.
 */
export function shuffled(
  i: number,
  count: number,
  [stream, cycle]: readonly [stream: number, cycle: number],
): number {
  let half = 1;
  while (4 ** half < count) half++;
  const mask = 2 ** half - 1;
  do {
    let left = Math.floor(i / 2 ** half);
    let right = i & mask;
    for (let round = 0; round < ROUNDS; round++) {
      const key = absorb(absorb(absorb(stream, cycle), round), right);
      [left, right] = [right, left ^ (finish(key) & mask)];
    }
    i = left * 2 ** half + right;
  } while (i >= count);
  return i;
}
