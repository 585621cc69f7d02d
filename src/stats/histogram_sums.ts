import type { Distribution } from "./distribution.ts";
import { COARSE, FINE, type Geometry } from "./geometry.ts";
import { Histogram } from "./histogram.ts";
import {
  type HistogramPlace,
  type Layout,
  MOMENT,
  WHOLE_HISTOGRAMS,
} from "./layout.ts";
import type { Source } from "./source.ts";

/** The histograms of all workers, added up. */
export class HistogramSums {
  readonly #layout: Layout;
  readonly #totals: Float64Array;
  readonly #moments: Float64Array;
  /** Used again for each distribution: sums of them all would be garbage ten times a second. */
  readonly #scratch: ReadonlyMap<Geometry, Histogram> = new Map(
    [FINE, COARSE].map((shape) => [shape, new Histogram(shape)]),
  );

  /**
   * @param totals where cells are added up, as the layout has them
   * @param moments likewise
   */
  constructor(
    layout: Layout,
    { totals, moments }: {
      readonly totals: Float64Array;
      readonly moments: Float64Array;
    },
  ) {
    this.#layout = layout;
    this.#totals = totals;
    this.#moments = moments;
    for (const place of layout.histograms()) {
      moments[place.moments + MOMENT.min] = Infinity;
    }
  }

  /** Adds what a worker has recorded since the last time. */
  read(source: Source): void {
    const { run } = this.#layout;
    for (const place of [run.sendLag, run.connect, run.tls, run.firstByte]) {
      this.#readOne(source, place, [place]);
    }
    for (const name of WHOLE_HISTOGRAMS) this.#readWhole(source, name);
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

  /** Sets a histogram that another run came to, before anything is counted. */
  preload({ at, moments: m }: HistogramPlace, from: Histogram): void {
    this.#totals[at] = from.counts.reduce((sum, count) => sum + count);
    this.#totals.set(from.counts, at + 1);
    this.#moments[m + MOMENT.sum] = from.sumMs;
    this.#moments[m + MOMENT.min] = from.minMs;
    this.#moments[m + MOMENT.max] = from.maxMs;
  }

  /** Reads the parts of a histogram, and adds them up to it. */
  #readWhole(source: Source, name: typeof WHOLE_HISTOGRAMS[number]): void {
    const whole = this.#layout.run[name];
    let more = 0;
    for (const block of source.usedBlocks()) {
      const part = this.#layout[name](block);
      more += this.#readOne(source, part, [part, whole]);
    }
    if (more === 0) return;
    this.#totals[whole.at]! += more;
    this.#addCells(source, whole);
  }

  /**
   * @param sums where its moments are added
   * @returns how many samples are new
   */
  #readOne(
    source: Source,
    place: HistogramPlace,
    sums: readonly HistogramPlace[],
  ): number {
    const more = source.take(place.at);
    if (more === 0) return 0;
    this.#totals[place.at]! += more;
    this.#addCells(source, place);
    this.#addMoments(source, place, sums);
    return more;
  }

  #addCells(source: Source, { at, shape }: HistogramPlace): void {
    for (let cell = at + 1; cell <= at + shape.cells; cell++) {
      this.#totals[cell]! += source.take(cell);
    }
  }

  #addMoments(
    source: Source,
    { moments: from }: HistogramPlace,
    sums: readonly HistogramPlace[],
  ): void {
    const { floats } = source.region;
    const more = source.takeFloat(from + MOMENT.sum);
    const all = this.#moments;
    for (const { moments: m } of sums) {
      all[m + MOMENT.sum]! += more;
      const min = floats[from + MOMENT.min]!;
      if (min < all[m + MOMENT.min]!) all[m + MOMENT.min] = min;
      const max = floats[from + MOMENT.max]!;
      if (max > all[m + MOMENT.max]!) all[m + MOMENT.max] = max;
    }
  }
}
