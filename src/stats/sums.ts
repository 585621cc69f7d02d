import { CODES } from "../protocol/mod.ts";
import type { Distribution } from "./distribution.ts";
import { COARSE, FINE, type Geometry } from "./geometry.ts";
import { Histogram } from "./histogram.ts";
import {
  type CountedRegion,
  COUNTER,
  type HistogramPlace,
  type Layout,
  MOMENT,
} from "./layout.ts";

/** The sum of some regions. It only reads. */
export class Sums {
  /** Used again for each distribution: a new sum for each would be garbage ten times a second. */
  readonly #scratch: ReadonlyMap<Geometry, Histogram> = new Map(
    [FINE, COARSE].map((shape) => [shape, new Histogram(shape)]),
  );

  constructor(
    readonly layout: Layout,
    readonly regions: readonly CountedRegion[],
  ) {}

  /** A cell's sum. */
  total(cell: number): number {
    const { regions } = this;
    let sum = 0;
    for (let i = 0; i < regions.length; i++) sum += regions[i]!.cells[cell]!;
    return sum;
  }

  /** A float's sum. */
  gauge(index: number): number {
    let sum = 0;
    for (const { floats } of this.regions) sum += floats[index]!;
    return sum;
  }

  /** Both halves of the digest, which counts mod 2^32. */
  digest(): readonly [lo: number, hi: number] {
    const { digestLo, digestHi } = COUNTER;
    return [this.total(digestLo) >>> 0, this.total(digestHi) >>> 0];
  }

  /** Requests of one target without a valid answer of which a part had come. */
  begun(target: number): number {
    return this.total(this.layout.begun + target);
  }

  /** Whether the requests of one target are steps of a journey instead of arrivals. */
  isLater(target: number): boolean {
    return !this.layout.isJourney(target) &&
      this.total(this.layout.later + target) > 0;
  }

  /** Answers by code of one target; 0 = outside 100–599. */
  codes(target: number): Map<number, number> {
    return this.#byCode(this.layout.codes + target * CODES);
  }

  /** Those of them that were not a success by the rule in force. */
  failedCodes(target: number): Map<number, number> {
    return this.#byCode(this.layout.failedCodes + target * CODES);
  }

  /** The sum of histograms of one geometry; of none, an empty one of a block. */
  distribution(places: readonly HistogramPlace[]): Distribution {
    const sum = this.#scratch.get(places[0]?.shape ?? COARSE)!;
    sum.clear();
    for (const place of places) this.addTo(sum, place);
    return sum.distribution();
  }

  /** Adds a histogram's sum to another of the same geometry; an empty one costs nothing. */
  addTo(sum: Histogram, place: HistogramPlace): void {
    for (const region of this.regions) addHistogram(sum, place, region);
  }

  #byCode(first: number): Map<number, number> {
    const codes = new Map<number, number>();
    for (let code = 0; code < CODES; code++) {
      const n = this.total(first + code);
      if (n > 0) codes.set(code, n);
    }
    return codes;
  }
}

function addHistogram(
  sum: Histogram,
  { at, shape, moments: m }: HistogramPlace,
  { cells, floats }: CountedRegion,
): void {
  if (cells[at] === 0) return;
  for (let i = 0; i < shape.cells; i++) sum.counts[i]! += cells[at + 1 + i]!;
  sum.sumMs += floats[m + MOMENT.sum]!;
  sum.minMs = Math.min(sum.minMs, floats[m + MOMENT.min]!);
  sum.maxMs = Math.max(sum.maxMs, floats[m + MOMENT.max]!);
}
