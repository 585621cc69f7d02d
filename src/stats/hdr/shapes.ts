import {
  cellMidUs,
  cellOf,
  cellStartUs,
  COARSE,
  FINE,
  type Geometry,
  ROUGH,
} from "../geometry.ts";
import type { Pairs } from "./cells.ts";

const SHAPES: readonly Geometry[] = [FINE, COARSE, ROUGH];

/**
 * The shape of so many bits.
 *
 * @throws {RangeError} when there is none
 */
export function shapeOfBits(bits: number): Geometry {
  const shape = SHAPES.find((known) => known.bits === bits);
  if (shape !== undefined) return shape;
  throw new RangeError(`no histogram has ${bits} bits`);
}

const maps = new Map<string, Uint16Array>();

/**
 * For each cell of one shape the cell of another one that counts its samples.
 * Towards a coarser shape this is exact, since cells lie completely within
 * coarser ones; towards a finer one, the samples of a cell stand at its middle.
 */
export function cellMap(from: Geometry, to: Geometry): Uint16Array {
  const key = `${from.bits} ${to.bits}`;
  let map = maps.get(key);
  if (map === undefined) {
    const valueOf = to.bits <= from.bits ? cellStartUs : cellMidUs;
    map = Uint16Array.from(
      { length: from.cells },
      (_, cell) => cellOf(to, valueOf(from, cell)),
    );
    maps.set(key, map);
  }
  return map;
}

/** The same samples in another shape. */
export function reshaped(pairs: Pairs, from: Geometry, to: Geometry): Pairs {
  if (from === to) return pairs;
  const map = cellMap(from, to);
  const all: number[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const cell = map[pairs[i]!]!;
    if (all.at(-2) === cell) all[all.length - 1]! += pairs[i + 1]!;
    else all.push(cell, pairs[i + 1]!);
  }
  return all;
}
