import { LANE_CELLS, LAW_CELLS } from "./proof/mod.ts";
import { CODES, FAILURE_KINDS } from "../protocol/mod.ts";
import { HistogramReader } from "./histogram_reader.ts";
import {
  type CountedRegion,
  COUNTER,
  emptyRegion,
  GAUGE,
  type Layout,
  NO_STAMP,
  ROW,
  STEP_ROWS,
  TALLY,
  unsettled,
} from "./layout.ts";
import { MISSED_REASONS, type MissedReason } from "./snapshot.ts";
import { Source } from "./source.ts";
import { Sums } from "./sums.ts";
import type { StepField, Steps } from "./steps.ts";
import {
  type OpenLeft,
  type SettleOptions,
  WorkerReading,
} from "./worker_reading.ts";

const ROW_FIELDS: readonly [StepField, number][] = [
  // Read in the reverse of the order in which they are written: a reading never
  // shows more done than sent, or more sent than due.
  ["failed", ROW.failed],
  ["ok", ROW.ok],
  ["missed", ROW.missed],
  ["sent", ROW.sent],
  ["due", ROW.due],
];

/** The cells of a tally: ends first, then sent and missed, then due; see Recorder. */
const READING_ORDER: readonly number[] = [
  TALLY.ok,
  ...FAILURE_KINDS.map((_, i) => TALLY.failed + i),
  TALLY.sent,
  ...MISSED_REASONS.map((_, i) => TALLY.missed + i),
  TALLY.due,
];

/**
 * Sums the regions of all workers, present and past. It only reads what
 * workers write; cells count mod 2^32, so it adds the differences since its
 * last reading, which must come at least every 2^32 counts.
 *
 *   workers' regions ─▶ one sum ─▶ own
 *                            └───▶ all ◀─ what was counted before
 */
export class Collector {
  readonly #layout: Layout;
  readonly #steps: Steps;
  readonly #sum: CountedRegion;
  readonly #histograms: HistogramReader;
  readonly #sources = new Set<Source>();
  /** What workers of this process counted. */
  readonly own: Sums;
  #all: Sums;

  constructor(layout: Layout, steps: Steps) {
    this.#layout = layout;
    this.#steps = steps;
    this.#sum = emptyRegion(layout);
    this.#histograms = new HistogramReader(layout, this.#sum);
    this.own = new Sums(layout, [this.#sum]);
    this.#all = this.own;
  }

  /** The same, with what was counted before. */
  get all(): Sums {
    return this.#all;
  }

  /**
   * Continues from a region that is not written any more: it is part of `all`,
   * and never of `own`.
   */
  attachFormer(region: CountedRegion): void {
    this.#all = new Sums(this.#layout, [region, ...this.#all.regions]);
  }

  /** Begins to read a worker's region. */
  attach(buffer: SharedArrayBuffer): WorkerReading {
    const source = new Source(buffer, this.#layout);
    this.#sources.add(source);
    return new WorkerReading(source.region, {
      settle: (end) => this.#settle(source, end),
    });
  }

  /** Reads everything; meant for ten times a second. */
  read(): void {
    for (const source of this.#sources) {
      this.#histograms.read(source);
      this.#readCounters(source);
    }
  }

  /** Counts requests that no worker made due: those of a lost worker's slots. */
  addMissed(
    block: number,
    { count, reason, second }: {
      readonly count: number;
      readonly reason: MissedReason;
      readonly second: number;
    },
  ): void {
    const tally = this.#layout.tally(block);
    this.#sum.cells[tally + TALLY.due]! += count;
    this.#sum.cells[tally + TALLY.missed + MISSED_REASONS.indexOf(reason)]! +=
      count;
    this.#steps.add(second, "due", count);
    this.#steps.add(second, "missed", count);
  }

  /** Adds to the digest what no worker has added. */
  addDigest(lo: number, hi: number): void {
    this.#addDigest(COUNTER.digestLo, lo);
    this.#addDigest(COUNTER.digestHi, hi);
  }

  #readCounters(source: Source): void {
    for (let row = 0; row < STEP_ROWS; row++) this.#readRow(source, row);
    for (const block of source.usedBlocks()) {
      this.#readBlock(source, block);
    }
    this.#readDigest(source, COUNTER.digestLo);
    this.#readDigest(source, COUNTER.digestHi);
    this.#addRange(source, this.#layout.law, LAW_CELLS);
    this.#addRange(source, this.#layout.lanes, LANE_CELLS);
    this.#sum.floats[GAUGE.pollMs]! += source.takeFloat(GAUGE.pollMs);
  }

  #readBlock(source: Source, block: number): void {
    const series = this.#layout.seriesOf(block);
    // Read before the completed ones, so that every counted code has its end.
    if (!this.#layout.isJourney(series)) this.#readTarget(source, series);
    const tally = this.#layout.tally(block);
    for (const cell of READING_ORDER) this.#addCell(source, tally + cell);
    if (this.#layout.isJourney(series)) return;
    // Written before the counts, and so read after them.
    this.#addCell(source, this.#layout.later + series);
  }

  #readTarget(source: Source, target: number): void {
    const { begun, codes, failedCodes } = this.#layout;
    const first = target * CODES;
    this.#addCell(source, begun + target);
    this.#addRange(source, failedCodes + first, CODES);
    this.#addRange(source, codes + first, CODES);
  }

  #readRow({ region: { cells }, seen }: Source, index: number): void {
    const row = this.#layout.row(index);
    const stamp = Atomics.load(cells, row + ROW.stamp);
    if (stamp === NO_STAMP) return;
    if (stamp !== seen[row + ROW.stamp]) seen.fill(0, row + 1, row + ROW.width);
    seen[row + ROW.stamp] = stamp;
    for (const [field, offset] of ROW_FIELDS) {
      const value = cells[row + offset]!;
      // Emptied while it was read: the rest of the old row is gone, 64 s late.
      if (Atomics.load(cells, row + ROW.stamp) !== stamp) return;
      const more = (value - seen[row + offset]!) >>> 0;
      if (more > 0) this.#steps.add(stamp, field, more);
      seen[row + offset] = value;
    }
  }

  #addRange(source: Source, first: number, count: number): void {
    for (let cell = first; cell < first + count; cell++) {
      this.#addCell(source, cell);
    }
  }

  #addCell(source: Source, cell: number): void {
    this.#sum.cells[cell]! += source.take(cell);
  }

  #readDigest(source: Source, cell: number): void {
    this.#addDigest(cell, source.take(cell));
  }

  #addDigest(cell: number, more: number): void {
    this.#sum.cells[cell] = (this.#sum.cells[cell]! + more) >>> 0;
  }

  /** Reads a region for the last time and gives each request left in it an end. */
  #settle(source: Source, end: SettleOptions): OpenLeft {
    this.#histograms.read(source);
    this.#readCounters(source);
    this.#sources.delete(source);
    const open = { requests: 0, journeys: 0 };
    for (const block of source.usedBlocks()) {
      const isJourney = this.#layout.isJourney(this.#layout.seriesOf(block));
      open[isJourney ? "journeys" : "requests"] += this.#settleBlock(
        source,
        block,
        end,
      );
    }
    return open;
  }

  #settleBlock(source: Source, block: number, end: SettleOptions): number {
    const at = this.#layout.tally(block);
    const left = unsettled(source.seen.subarray(at, at + TALLY.width));
    const waiting = left.waiting >>> 0;
    const open = left.open >>> 0;
    this.#sum.cells[at + TALLY.missed + MISSED_REASONS.indexOf(end.missed)]! +=
      waiting;
    this.#sum.cells[at + TALLY.failed + FAILURE_KINDS.indexOf(end.failed)]! +=
      open;
    // The timeline holds arrivals.
    if (source.isLater(this.#layout.seriesOf(block))) return open;
    this.#steps.add(end.second, "missed", waiting);
    this.#steps.add(end.second, "failed", open);
    return open;
  }
}
