import { sumTotals, type Totals } from "../../stats/mod.ts";

/** Parts whose sum is kept as long as none of them tells something new. */
const GROUP = 16;

/** Sums the totals of many parts again and again, of which a few are new each time. */
export class PartsSum {
  #groups: { readonly of: readonly Totals[]; readonly sum: Totals }[] = [];

  /** The sum. @param parts each in the place where it was before */
  of(parts: readonly Totals[]): Totals {
    const groups = Array.from(
      { length: Math.ceil(parts.length / GROUP) },
      (_, i) => this.#group(i, parts.slice(i * GROUP, (i + 1) * GROUP)),
    );
    this.#groups = groups;
    return sumTotals(groups.map(({ sum }) => sum));
  }

  #group(i: number, of: readonly Totals[]) {
    const before = this.#groups[i];
    const isSame = before?.of.length === of.length &&
      of.every((totals, k) => totals === before.of[k]);
    return isSame ? before : { of, sum: sumTotals(of) };
  }
}
