import type { Distribution, Geometry } from "../../stats/mod.ts";
import { cellMidUs, cellOf, MAX_US } from "../../stats/mod.ts";
import type { DurationCells } from "./interval.ts";

/**
 * DurationCells for a picture: none is wider than 3 % of its value, which is less than
 * a pixel of the heatmap.
 */
const BITS = 5;
export const PICTURE: Geometry = pictureShape();

function pictureShape(): Geometry {
  const shape = { half: 1 << BITS, bits: BITS, cells: 0 };
  return { ...shape, cells: cellOf(shape, MAX_US) + 1 };
}

/** No durations. */
export const NO_CELLS: DurationCells = new Uint32Array(0);

/** Durations that were added up, cell by cell; used again and again. */
export class CellSum {
  readonly counts = new Float64Array(PICTURE.cells);

  clear(): this {
    this.counts.fill(0);
    return this;
  }

  /** Adds cells, or takes them away. */
  add(cells: DurationCells, sign: 1 | -1 = 1): this {
    for (let i = 0; i + 1 < cells.length; i += 2) {
      this.counts[cellOf(PICTURE, cells[i]!)]! += sign * cells[i + 1]!;
    }
    return this;
  }

  /** Adds another sum. */
  addSum({ counts }: CellSum): this {
    for (let i = 0; i < counts.length; i++) this.counts[i]! += counts[i]!;
    return this;
  }

  get total(): number {
    return this.counts.reduce((sum, n) => sum + n, 0);
  }

  /** As a value: the middle of each cell that holds something, and its count. */
  cells(): DurationCells {
    const pairs: number[] = [];
    this.counts.forEach((count, cell) => {
      if (count > 0) pairs.push(Math.round(cellMidUs(PICTURE, cell)), count);
    });
    return Uint32Array.from(pairs);
  }
}

/** All that a distribution holds. @param shape the one that it was counted in */
export function cellsOf(
  distribution: Distribution,
  shape: Geometry,
  scratch: CellSum,
): DurationCells {
  const { counts } = scratch.clear();
  for (const [cell, count] of distribution.cells()) {
    counts[cellOf(PICTURE, cellMidUs(shape, cell))]! += count;
  }
  return scratch.cells();
}
