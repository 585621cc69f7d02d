import {
  LAW_BINS,
  type LawCounts,
  type LawName,
  LAWS,
} from "../../stats/mod.ts";
import { decodeCells, encodeCells, pairsOf } from "../../stats/hdr/mod.ts";

/** Bins of intervals above a second: a distance is off by one of them at most. */
const ROUGH_LAW_BINS = 128;

/** Gaps between sends by their law, as a row holds them: 2^bits bins. */
export interface StoredLaw {
  readonly bits: number;
  /** See `encodeCells`. */
  readonly body: Uint8Array;
}

/** The same by law; a law that never occurred takes no row. */
export type StoredLaws = readonly (readonly [LawName, StoredLaw])[];

/** How many bins intervals of a level have. */
export function lawBinsOf(level: number): number {
  return level === 1 ? LAW_BINS : ROUGH_LAW_BINS;
}

/** Bins that others are added to; the coarsest decide how many there are. */
export class LawSums {
  readonly #bins = new Map<LawName, Float64Array>();

  add(name: LawName, { bits, body }: StoredLaw): void {
    const bins = this.#ofAtMost(name, 2 ** bits);
    const isFiner = bins.length < 2 ** bits;
    decodeCells(
      body,
      bins,
      isFiner ? mapOf(2 ** bits, bins.length) : undefined,
    );
  }

  /** Adds pairs of bin and count, of the finest bins. */
  addPairs(name: LawName, pairs: readonly number[]): void {
    if (pairs.length === 0) return;
    const bins = this.#ofAtMost(name, LAW_BINS);
    const map = mapOf(LAW_BINS, bins.length);
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      bins[map[pairs[i]!]!]! += pairs[i + 1]!;
    }
  }

  /** What is known of each law. */
  bins(): LawCounts {
    return Object.fromEntries(this.#bins);
  }

  /** As rows of an interval that has so many bins at most. */
  stored(most: number): StoredLaws {
    return LAWS.flatMap((name) => {
      const known = this.#bins.get(name);
      if (known === undefined) return [];
      const bins = known.length > most ? coarser(known, most) : known;
      const body = encodeCells(pairsOf(bins));
      return [[name, { bits: Math.log2(bins.length), body }] as const];
    });
  }

  #ofAtMost(name: LawName, most: number): Float64Array {
    let bins = this.#bins.get(name) ?? new Float64Array(most);
    if (bins.length > most) bins = coarser(bins, most);
    this.#bins.set(name, bins);
    return bins;
  }
}

function coarser(bins: Float64Array, count: number): Float64Array {
  const map = mapOf(bins.length, count);
  const sums = new Float64Array(count);
  bins.forEach((n, i) => sums[map[i]!]! += n);
  return sums;
}

/** For each of some bins, the one of fewer that it lies in. */
function mapOf(from: number, to: number): Uint16Array {
  return Uint16Array.from(
    { length: from },
    (_, i) => Math.floor(i * to / from),
  );
}

/** What the cells of laws have grown by, as pairs of bin and count. */
export function lawSince(
  now: LawCounts,
  before: LawCounts,
): LawGrowth {
  const grown = LAWS.map((name) => {
    const bins = now[name] ?? new Float64Array(LAW_BINS);
    const more = bins.map((count, i) => count - (before[name]?.[i] ?? 0));
    return [name, pairsOf(more)] as const;
  });
  return Object.fromEntries(grown.filter(([, pairs]) => pairs.length > 0));
}

/** Growths of two intervals as one. */
export function addLaws(
  a: LawGrowth = {},
  b: LawGrowth = {},
): LawGrowth {
  const sums = new LawSums();
  for (const name of LAWS) {
    for (const growth of [a, b]) sums.addPairs(name, growth[name] ?? []);
  }
  return Object.fromEntries(
    Object.entries(sums.bins()).map(([name, bins]) => [name, pairsOf(bins)]),
  );
}

/** By law, what came in an interval: pairs of bin and count. */
export type LawGrowth = Readonly<Partial<Record<LawName, readonly number[]>>>;
