import { FAILURE_KINDS } from "../transport/mod.ts";
import type { Distribution } from "./distribution.ts";
import { COARSE, FINE, type Geometry } from "./geometry.ts";
import { Histogram } from "./histogram.ts";
import {
  CODES,
  COUNTER,
  GAUGE,
  type HistogramPlace,
  type Layout,
  MOMENT,
  NO_STAMP,
  type Region,
  ROW,
  STEP_ROWS,
  TALLY,
  unsettled,
  viewRegion,
} from "./layout.ts";
import { MISSED_REASONS, type MissedReason } from "./snapshot.ts";
import type { StepField, Steps } from "./steps.ts";
import { type SettleOptions, WorkerReading } from "./worker_reading.ts";

const ROW_FIELDS: readonly [StepField, number][] = [
  // Last written first: a reading never shows more done than sent than due.
  ["failed", ROW.failed],
  ["ok", ROW.ok],
  ["missed", ROW.missed],
  ["sent", ROW.sent],
  ["due", ROW.due],
];

/** A tally's cells: ends first, then sent and missed, then due; see Recorder. */
const READING_ORDER: readonly number[] = [
  TALLY.ok,
  ...FAILURE_KINDS.map((_, i) => TALLY.failed + i),
  TALLY.sent,
  ...MISSED_REASONS.map((_, i) => TALLY.missed + i),
  TALLY.due,
];

/** One worker's region and what of it was counted already. */
interface Source {
  readonly region: Region;
  /** The cells as they were at the last reading. */
  readonly seen: Uint32Array;
  /** The floats as they were at the last reading. */
  readonly sums: Float64Array;
  /** Blocks that ever had a request. */
  readonly used: Set<number>;
}

/**
 * Sums the regions of all workers, present and past. It only reads what
 * workers write; cells count mod 2^32, so it adds the differences since its
 * last reading, which must come at least every 2^32 counts.
 */
export class Collector {
  readonly #layout: Layout;
  readonly #steps: Steps;
  readonly #totals: Float64Array;
  readonly #moments: Float64Array;
  readonly #sources = new Set<Source>();
  /** Used again for each distribution: sums of them all would be garbage ten times a second. */
  readonly #scratch: ReadonlyMap<Geometry, Histogram> = new Map(
    [FINE, COARSE].map((shape) => [shape, new Histogram(shape)]),
  );

  constructor(layout: Layout, steps: Steps) {
    this.#layout = layout;
    this.#steps = steps;
    this.#totals = new Float64Array(layout.cellCount);
    this.#moments = new Float64Array(layout.floatCount);
    for (const place of layout.histograms()) {
      this.#moments[place.moments + MOMENT.min] = Infinity;
    }
  }

  /** Begins to read a worker's region. */
  attach(buffer: SharedArrayBuffer): WorkerReading {
    const source: Source = {
      region: viewRegion(buffer, this.#layout),
      seen: new Uint32Array(this.#layout.cellCount),
      sums: new Float64Array(this.#layout.floatCount),
      used: new Set(),
    };
    // The rows of an untouched region bear no stamp.
    source.seen.set(source.region.cells.subarray(0, this.#layout.codes));
    this.#sources.add(source);
    return new WorkerReading(source.region, {
      settle: (end) => this.#settle(source, end),
    });
  }

  /** Reads everything; meant for ten times a second. */
  read(): void {
    for (const source of this.#sources) {
      this.#readHistograms(source);
      this.#readCounters(source);
    }
  }

  /** Counts requests that no worker could make due: a lost worker's slots. */
  addMissed(
    block: number,
    { count, reason, second }: {
      readonly count: number;
      readonly reason: MissedReason;
      readonly second: number;
    },
  ): void {
    const tally = this.#layout.tally(block);
    this.#totals[tally + TALLY.due]! += count;
    this.#totals[tally + TALLY.missed + MISSED_REASONS.indexOf(reason)]! +=
      count;
    this.#steps.add(second, "due", count);
    this.#steps.add(second, "missed", count);
  }

  /** Adds to the digest what no worker could. */
  addDigest(lo: number, hi: number): void {
    this.#addDigest(COUNTER.digestLo, lo);
    this.#addDigest(COUNTER.digestHi, hi);
  }

  /** The sum of a cell over all workers. */
  total(cell: number): number {
    return this.#totals[cell]!;
  }

  /** The sum of a float over all workers. */
  gauge(index: number): number {
    return this.#moments[index]!;
  }

  /** What one or more histograms of one geometry hold together. */
  distribution(places: readonly HistogramPlace[]): Distribution {
    const sum = this.#scratch.get(places[0]!.shape)!;
    sum.clear();
    for (const place of places) this.addTo(sum, place);
    return sum.distribution();
  }

  /** Adds a histogram's sum to one of the same geometry; an empty one costs nothing. */
  addTo(sum: Histogram, { at, shape, moments: m }: HistogramPlace): void {
    if (this.#totals[at] === 0) return;
    for (let i = 0; i < shape.cells; i++) {
      sum.counts[i]! += this.#totals[at + 1 + i]!;
    }
    sum.sumMs += this.#moments[m + MOMENT.sum]!;
    sum.minMs = Math.min(sum.minMs, this.#moments[m + MOMENT.min]!);
    sum.maxMs = Math.max(sum.maxMs, this.#moments[m + MOMENT.max]!);
  }

  /** Sets a total that another run came to, before anything is counted. */
  preload(cell: number, value: number): void {
    this.#totals[cell] = value;
  }

  /** Sets a histogram that another run came to, before anything is counted. */
  preloadHistogram(place: HistogramPlace, from: Histogram): void {
    this.#totals[place.at] = from.counts.reduce((sum, count) => sum + count);
    this.#totals.set(from.counts, place.at + 1);
    this.#moments[place.moments + MOMENT.sum] = from.sumMs;
    this.#moments[place.moments + MOMENT.min] = from.minMs;
    this.#moments[place.moments + MOMENT.max] = from.maxMs;
  }

  /** Answers by code of one target; 0 = outside 100–599. */
  codes(target: number): Map<number, number> {
    const codes = new Map<number, number>();
    const first = this.#layout.codes + target * CODES;
    for (let code = 0; code < CODES; code++) {
      const n = this.#totals[first + code]!;
      if (n > 0) codes.set(code, n);
    }
    return codes;
  }

  #readCounters(source: Source): void {
    for (let row = 0; row < STEP_ROWS; row++) this.#readRow(source, row);
    for (const block of this.#usedBlocks(source)) {
      this.#readBlock(source, block);
    }
    this.#addCell(source, COUNTER.replaced);
    this.#readDigest(source, COUNTER.digestLo);
    this.#readDigest(source, COUNTER.digestHi);
    const pollMs = source.region.floats[GAUGE.pollMs]!;
    this.#moments[GAUGE.pollMs]! += pollMs - source.sums[GAUGE.pollMs]!;
    source.sums[GAUGE.pollMs] = pollMs;
  }

  /** Blocks that ever had a request; the others are spare places, where nothing changes. */
  #usedBlocks({ region: { cells }, used }: Source): ReadonlySet<number> {
    for (let block = 0; block < this.#layout.blocks; block++) {
      if (cells[this.#layout.tally(block) + TALLY.due] !== 0) used.add(block);
    }
    return used;
  }

  #readBlock(source: Source, block: number): void {
    const { codes } = this.#layout;
    const tally = this.#layout.tally(block);
    for (const cell of READING_ORDER) this.#addCell(source, tally + cell);
    this.#addRange(source, codes + this.#layout.targetOf(block) * CODES, CODES);
  }

  #readRow({ region: { cells }, seen }: Source, index: number): void {
    const row = this.#layout.row(index);
    const stamp = Atomics.load(cells, row + ROW.stamp);
    if (stamp === NO_STAMP) return;
    if (stamp !== seen[row + ROW.stamp]) seen.fill(0, row + 1, row + ROW.width);
    seen[row + ROW.stamp] = stamp;
    for (const [field, offset] of ROW_FIELDS) {
      const value = cells[row + offset]!;
      // Emptied while being read: the rest of the old row is gone, 64 s late.
      if (Atomics.load(cells, row + ROW.stamp) !== stamp) return;
      const more = (value - seen[row + offset]!) >>> 0;
      if (more > 0) this.#steps.add(stamp, field, more);
      seen[row + offset] = value;
    }
  }

  #readHistograms(source: Source): void {
    for (const place of Object.values(this.#layout.run)) {
      this.#readHistogram(source, place);
    }
    for (const block of this.#usedBlocks(source)) {
      this.#readHistogram(source, this.#layout.response(block));
      this.#readHistogram(source, this.#layout.service(block));
    }
  }

  #readHistogram(source: Source, place: HistogramPlace): void {
    if (source.region.cells[place.at] === source.seen[place.at]) return;
    this.#readMoments(source, place);
    this.#addRange(source, place.at, 1 + place.shape.cells);
  }

  #readMoments({ region: { floats }, sums }: Source, place: HistogramPlace) {
    const { moments: m } = place;
    const sum = floats[m + MOMENT.sum]!;
    this.#moments[m + MOMENT.sum]! += sum - sums[m + MOMENT.sum]!;
    sums[m + MOMENT.sum] = sum;
    this.#moments[m + MOMENT.min] = Math.min(
      this.#moments[m + MOMENT.min]!,
      floats[m + MOMENT.min]!,
    );
    this.#moments[m + MOMENT.max] = Math.max(
      this.#moments[m + MOMENT.max]!,
      floats[m + MOMENT.max]!,
    );
  }

  #addRange(source: Source, first: number, count: number): void {
    for (let cell = first; cell < first + count; cell++) {
      this.#addCell(source, cell);
    }
  }

  #addCell({ region: { cells }, seen }: Source, cell: number): void {
    const value = cells[cell]!;
    if (value === seen[cell]) return;
    this.#totals[cell]! += (value - seen[cell]!) >>> 0;
    seen[cell] = value;
  }

  #readDigest({ region: { cells }, seen }: Source, cell: number): void {
    this.#addDigest(cell, cells[cell]! - seen[cell]!);
    seen[cell] = cells[cell]!;
  }

  #addDigest(cell: number, more: number): void {
    this.#totals[cell] = (this.#totals[cell]! + more) >>> 0;
  }

  /** Reads a region for the last time and gives each request left in it an end. */
  #settle(source: Source, end: SettleOptions): number {
    this.#readHistograms(source);
    this.#readCounters(source);
    this.#sources.delete(source);
    let open = 0;
    for (const block of source.used) {
      open += this.#settleBlock(source, block, end);
    }
    return open;
  }

  #settleBlock({ seen }: Source, block: number, end: SettleOptions): number {
    const at = this.#layout.tally(block);
    const { waiting, open } = unsettled(seen.subarray(at, at + TALLY.width));
    this.#totals[at + TALLY.missed + MISSED_REASONS.indexOf(end.missed)]! +=
      waiting;
    this.#totals[at + TALLY.failed + FAILURE_KINDS.indexOf(end.failed)]! +=
      open;
    this.#steps.add(end.second, "missed", waiting);
    this.#steps.add(end.second, "failed", open);
    return open;
  }
}
