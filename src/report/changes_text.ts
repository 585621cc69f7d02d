import type { Snapshot } from "../stats/mod.ts";
import { formatRate } from "./format/mod.ts";

/** Digits of a scale that tell one press of a key from the next. */
const SCALE_DIGITS = 3;

/** What operators have made of the plan's rate, piece by piece; NaN = the plan's. */
export function changesOf(
  { base, max, scale }: Pick<Snapshot["control"], "base" | "max" | "scale">,
): string[] {
  return [
    ...(Number.isNaN(base) ? [] : [`base ${formatRate(base)}`]),
    ...(Number.isNaN(max) ? [] : [`max ${formatRate(max)}`]),
    ...(scale === 1
      ? []
      : [`scale ×${Number(scale.toPrecision(SCALE_DIGITS))}`]),
  ];
}
