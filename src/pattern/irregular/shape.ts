import type { IrregularShape } from "./types.ts";

/** Seconds of a slot. */
export const SLOT_SEC = 0.1;

/** A shape that only adds, from the requests of each slot. */
export function addedShape(
  perSlot: Float64Array,
  { lead = 0, mixed }: {
    readonly lead?: number;
    readonly mixed?: Float64Array;
  } = {},
): IrregularShape {
  const at = (table: Float64Array | undefined, i: number) =>
    (table?.[i] ?? 0) / SLOT_SEC;
  const both = (i: number) => at(perSlot, i) + at(mixed, i);
  const peak = perSlot.reduce((most, _, i) => Math.max(most, both(i)), 0);
  return {
    lead,
    slots: perSlot.length,
    factorAt: () => 1,
    addedAt: (i) => at(perSlot, i),
    mixedAt: (i) => at(mixed, i),
    hotAt: () => 0,
    heightAt: (i) => peak === 0 ? 0 : both(i) / peak,
  };
}

/** The first so many of them hold all but a billionth of what a table has. */
export function trimmed(table: Float64Array): Float64Array {
  const all = table.reduce((sum, value) => sum + value, 0);
  let length = table.length;
  for (let rest = 0; length > 1; length--) {
    rest += table[length - 1]!;
    if (rest > all * 1e-9) break;
  }
  return table.slice(0, length);
}
