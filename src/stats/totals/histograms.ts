import { type Pairs, pairsOf } from "../hdr/mod.ts";
import type { HistogramTotals } from "./totals.ts";

/** Histograms of one shape as one; null holds nothing. */
export function sumHistograms(
  all: readonly (HistogramTotals | null)[],
): HistogramTotals | null {
  const some = all.filter((each) => each !== null);
  const [first] = some;
  if (first === undefined || some.length === 1) return first ?? null;
  const sum = (of: (each: HistogramTotals) => number) =>
    some.reduce((sum, each) => sum + of(each), 0);
  return {
    cells: sumCells(some.map(({ cells }) => cells)),
    sumMs: sum(({ sumMs }) => sumMs),
    minMs: Math.min(...some.map(({ minMs }) => minMs)),
    maxMs: Math.max(...some.map(({ maxMs }) => maxMs)),
  };
}

/** Two lists are merged; of many, all cells are counted: that costs each list once. */
function sumCells(lists: readonly Pairs[]): number[] {
  if (lists.length === 2) return mergedCells(lists[0]!, lists[1]!);
  const last = Math.max(...lists.map((cells) => cells.at(-2) ?? -1));
  const counts = new Float64Array(last + 1);
  for (const cells of lists) {
    for (let i = 0; i < cells.length; i += 2) {
      counts[cells[i]!]! += cells[i + 1]!;
    }
  }
  return pairsOf(counts);
}

function mergedCells(a: Pairs, b: Pairs): number[] {
  const sum: number[] = [];
  let i = 0;
  let k = 0;
  while (i < a.length || k < b.length) {
    const cell = Math.min(a[i] ?? Infinity, b[k] ?? Infinity);
    let count = 0;
    if (a[i] === cell) {
      count += a[i + 1]!;
      i += 2;
    }
    if (b[k] === cell) {
      count += b[k + 1]!;
      k += 2;
    }
    sum.push(cell, count);
  }
  return sum;
}
