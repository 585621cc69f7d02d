import {
  type CountedRegion,
  type HistogramPlace,
  type Layout,
  MOMENT,
  WHOLE_HISTOGRAMS,
} from "./layout.ts";
import type { Source } from "./source.ts";

/** Adds up the histograms of all workers. */
export class HistogramReader {
  readonly #layout: Layout;
  readonly #sum: CountedRegion;

  /** @param sum where everything is added up */
  constructor(layout: Layout, sum: CountedRegion) {
    this.#layout = layout;
    this.#sum = sum;
  }

  /** Adds what a worker has recorded since the last time. */
  read(source: Source): void {
    const { run } = this.#layout;
    for (const place of [run.sendLag, run.connect, run.tls, run.firstByte]) {
      this.#readOne(source, place, [place]);
    }
    for (const name of WHOLE_HISTOGRAMS) this.#readWhole(source, name);
  }

  /** Reads the parts of a histogram, and adds them up to it. */
  #readWhole(source: Source, name: typeof WHOLE_HISTOGRAMS[number]): void {
    const whole = this.#layout.run[name];
    let more = 0;
    for (const block of source.usedBlocks()) {
      const part = this.#layout[name](block);
      if (this.#layout.isJourney(this.#layout.seriesOf(block))) {
        this.#readOne(source, part, [part]);
      } else more += this.#readOne(source, part, [part, whole]);
    }
    if (more === 0) return;
    this.#sum.cells[whole.at]! += more;
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
    this.#sum.cells[place.at]! += more;
    this.#addCells(source, place);
    this.#addMoments(source, place, sums);
    return more;
  }

  #addCells(source: Source, { at, shape }: HistogramPlace): void {
    for (let cell = at + 1; cell <= at + shape.cells; cell++) {
      this.#sum.cells[cell]! += source.take(cell);
    }
  }

  #addMoments(
    source: Source,
    { moments: from }: HistogramPlace,
    sums: readonly HistogramPlace[],
  ): void {
    const { floats } = source.region;
    const more = source.takeFloat(from + MOMENT.sum);
    const all = this.#sum.floats;
    for (const { moments: m } of sums) {
      all[m + MOMENT.sum]! += more;
      const min = floats[from + MOMENT.min]!;
      if (min < all[m + MOMENT.min]!) all[m + MOMENT.min] = min;
      const max = floats[from + MOMENT.max]!;
      if (max > all[m + MOMENT.max]!) all[m + MOMENT.max] = max;
    }
  }
}
