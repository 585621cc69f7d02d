import { SLOT_MS } from "../../base/mod.ts";
import { addedShape, trimmed } from "./shape.ts";
import {
  type IrregularShape,
  type PushSpec,
  TABLE_SLOTS_MAX,
} from "./types.ts";

/** Points of a slot at which the density is looked at. */
const POINTS = 8;

/**
 * A message to n devices, sent over a time S, and opened by some of them:
 *
 *   n · opened · (U(0, S) ∗ lognormal(median, σ))
 *
 * for an hour; who opens it later is left out.
 */
export function pushShape(spec: PushSpec): IrregularShape {
  const { devices, opened, sentOverMs, reaction } = spec;
  const opens = reactions(reaction);
  const width = Math.max(1, Math.round(sentOverMs / SLOT_MS));
  const table = new Float64Array(TABLE_SLOTS_MAX);
  let sum = 0;
  for (let i = 0; i < table.length; i++) {
    sum += opens[i]! - (opens[i - width] ?? 0);
    table[i] = Math.max(0, devices * opened * sum / width);
  }
  return addedShape(trimmed(table));
}

/** Which share reacts in each slot after its message: the density of a log-normal. */
function reactions(
  { medianMs, sigma }: PushSpec["reaction"],
): Float64Array {
  const stepMs = SLOT_MS / POINTS;
  return Float64Array.from({ length: TABLE_SLOTS_MAX }, (_, slot) => {
    let share = 0;
    for (let k = 0; k < POINTS; k++) {
      const ms = slot * SLOT_MS + (k + 0.5) * stepMs;
      const z = Math.log(ms / medianMs) / sigma;
      share += Math.exp(-z * z / 2) / ms;
    }
    return share * stepMs / (sigma * Math.sqrt(2 * Math.PI));
  });
}
