import { type Layout, type Region, TALLY, viewRegion } from "./layout.ts";

/**
 * One worker's region, and how much of it was counted already. Cells count mod
 * 2^32, and so do the differences.
 */
export class Source {
  readonly region: Region;
  /** The cells as they were at the last reading. */
  readonly seen: Uint32Array;
  /** The floats as they were at the last reading. */
  readonly seenFloats: Float64Array;
  readonly #layout: Layout;
  readonly #used = new Set<number>();

  constructor(buffer: SharedArrayBuffer, layout: Layout) {
    this.region = viewRegion(buffer, layout);
    this.seen = new Uint32Array(layout.cellCount);
    this.seenFloats = new Float64Array(layout.floatCount);
    this.#layout = layout;
    // The rows of an untouched region bear no stamp.
    this.seen.set(this.region.cells.subarray(0, layout.codes));
  }

  /** How much a cell has grown since it was last taken. */
  take(cell: number): number {
    const value = this.region.cells[cell]!;
    const more = (value - this.seen[cell]!) >>> 0;
    this.seen[cell] = value;
    return more;
  }

  /** How much a float has grown since it was last taken. */
  takeFloat(index: number): number {
    const value = this.region.floats[index]!;
    const more = value - this.seenFloats[index]!;
    this.seenFloats[index] = value;
    return more;
  }

  /** Whether a series' requests are steps of a journey instead of arrivals. */
  isLater(series: number): boolean {
    const { later } = this.#layout;
    return !this.#layout.isJourney(series) &&
      this.region.cells[later + series] === 1;
  }

  /** Blocks that ever had a request; in the others nothing changes. */
  usedBlocks(): ReadonlySet<number> {
    for (let block = 0; block < this.#layout.blocks; block++) {
      const due = this.#layout.tally(block) + TALLY.due;
      if (this.region.cells[due] !== 0) this.#used.add(block);
    }
    return this.#used;
  }
}
