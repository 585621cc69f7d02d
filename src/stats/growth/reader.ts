import { phaseOfStage, PHASES, scenarioOfStage } from "../../pattern/mod.ts";
import { CODES } from "../../protocol/mod.ts";
import { cellMidUs } from "../geometry.ts";
import {
  type CountedRegion,
  emptyRegion,
  type HistogramPlace,
  type Layout,
  MOMENT,
  TALLY,
} from "../layout.ts";
import { countsOf } from "./counts.ts";
import type {
  CodeGrowth,
  DurationGrowth,
  Growth,
  SeriesGrowth,
} from "./growth.ts";

/** Tells how much sums have grown since they were last read; meant for once a second. */
export class GrowthReader {
  readonly #region: CountedRegion;
  readonly #layout: Layout;
  /** Everything as it was at the last reading. */
  readonly #seen: CountedRegion;
  readonly #tally = new Float64Array(TALLY.width);

  constructor(region: CountedRegion, layout: Layout) {
    this.#region = region;
    this.#layout = layout;
    this.#seen = emptyRegion(layout);
  }

  /** The growth since the last reading, or since the beginning. */
  read(): Growth {
    const { run } = this.#layout;
    return {
      parts: this.#parts(),
      codes: this.#codes(),
      sendLag: this.#durations(run.sendLag),
      connect: this.#durations(run.connect),
      firstByte: this.#durations(run.firstByte),
    };
  }

  #parts(): SeriesGrowth[] {
    const parts: SeriesGrowth[] = [];
    // Journeys as a whole are not requests.
    const blocks = this.#layout.block(this.#layout.targets, 0);
    for (let block = 0; block < blocks; block++) {
      if (this.#takeTally(block)) parts.push(this.#part(block));
    }
    return parts;
  }

  /** @returns whether anything has changed */
  #takeTally(block: number): boolean {
    const at = this.#layout.tally(block);
    const { cells } = this.#region;
    // Nothing was ever due: the block is not used.
    if (cells[at + TALLY.due] === 0) return false;
    let hasChanged = false;
    for (let i = 0; i < TALLY.width; i++) {
      const more = this.#take(at + i);
      this.#tally[i] = more;
      hasChanged ||= more > 0;
    }
    return hasChanged;
  }

  #part(block: number): SeriesGrowth {
    const stage = block % this.#layout.stages;
    return {
      target: this.#layout.seriesOf(block),
      phase: PHASES[phaseOfStage(stage)]!,
      scenario: scenarioOfStage(stage),
      ...countsOf(this.#tally),
      response: this.#durations(this.#layout.response(block)),
      service: this.#durations(this.#layout.service(block)),
    };
  }

  #codes(): CodeGrowth[] {
    const { targets, codes, failedCodes } = this.#layout;
    const { cells } = this.#region;
    const all: CodeGrowth[] = [];
    for (let target = 0; target < targets; target++) {
      const rows: [number, number, number][] = [];
      const first = target * CODES;
      for (let code = first; code < first + CODES; code++) {
        if (cells[codes + code] === this.#seen.cells[codes + code]) continue;
        const count = this.#take(codes + code);
        rows.push([code - first, count, this.#take(failedCodes + code)]);
      }
      if (rows.length > 0) all.push({ target, codes: rows });
    }
    return all;
  }

  #durations({ at, shape, moments }: HistogramPlace): DurationGrowth {
    const cells: number[] = [];
    if (this.#take(at) > 0) {
      for (let cell = 0; cell < shape.cells; cell++) {
        const more = this.#take(at + 1 + cell);
        if (more > 0) cells.push(cell, more);
      }
    }
    const { floats } = this.#region;
    const sumMs = this.#takeSum(moments + MOMENT.sum);
    if (cells.length === 0) {
      return { shape, cells, sumMs, minMs: Infinity, maxMs: 0 };
    }
    const midMs = (cell: number) => cellMidUs(shape, cell) / 1000;
    const [min, max] = [moments + MOMENT.min, moments + MOMENT.max];
    return {
      shape,
      cells,
      sumMs,
      minMs: this.#newExtreme(min) ??
        Math.max(floats[min]!, midMs(cells[0]!)),
      maxMs: this.#newExtreme(max) ??
        Math.min(floats[max]!, midMs(cells.at(-2)!)),
    };
  }

  /** How much a cell has grown. */
  #take(cell: number): number {
    const value = this.#region.cells[cell]!;
    const more = value - this.#seen.cells[cell]!;
    if (more !== 0) this.#seen.cells[cell] = value;
    return more;
  }

  #takeSum(index: number): number {
    const value = this.#region.floats[index]!;
    const more = value - this.#seen.floats[index]!;
    this.#seen.floats[index] = value;
    return more;
  }

  /** The run's extreme where it is one of this second; null = it is older. */
  #newExtreme(index: number): number | null {
    const value = this.#region.floats[index]!;
    if (value === this.#seen.floats[index]) return null;
    this.#seen.floats[index] = value;
    return value;
  }
}
