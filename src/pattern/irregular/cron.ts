import { SLOT_MS } from "../../base/mod.ts";
import { addedShape } from "./shape.ts";
import {
  type CronSpec,
  type IrregularShape,
  TABLE_SLOTS_MAX,
} from "./types.ts";

/** Clocks are off by this many deviations at most. */
const SKEWS = 4;
/** Means of the exponential after which it is cut; e^(−12) is left. */
const SPREADS = 12;

/**
 * n requests that begin at a full period, each a little later:
 *
 *   n/s · e^(−(t − o)/s)     o: the period, smeared by the skew of clocks, N(0, σ)
 *
 *   n/s ┤▌
 *       │█▄            Shahrad and others 2020: 16 % of functions are timers
 *     0 ┼██▇▅▃▂▁▁
 */
export function cronShape(
  { requests, spreadMs, skewMs }: CronSpec,
): IrregularShape {
  const lead = Math.ceil(SKEWS * skewMs / SLOT_MS);
  const starts = clocks(skewMs, lead);
  const tail = Math.ceil(SPREADS * spreadMs / SLOT_MS);
  const slots = Math.min(TABLE_SLOTS_MAX, starts.length + tail);
  const table = new Float64Array(slots);
  const kept = Math.exp(-SLOT_MS / spreadMs);
  let waiting = 0;
  for (let i = 0; i < slots; i++) {
    waiting += starts[i] ?? 0;
    table[i] = requests * waiting * (1 - kept);
    waiting *= kept;
  }
  return addedShape(table, { lead });
}

/** Which share of the clocks says that it is time, slot by slot around it. */
function clocks(skewMs: number, lead: number): Float64Array {
  if (lead === 0) return Float64Array.of(1);
  const shares = Float64Array.from({ length: 2 * lead + 1 }, (_, i) => {
    const z = (i - lead) * SLOT_MS / skewMs;
    return Math.exp(-z * z / 2);
  });
  const all = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / all);
}

/** Slots that a cron takes. */
export function cronSlots(
  { spreadMs, skewMs }: Pick<CronSpec, "spreadMs" | "skewMs">,
): number {
  return Math.ceil(SPREADS * spreadMs / SLOT_MS) +
    2 * Math.ceil(SKEWS * skewMs / SLOT_MS) + 1;
}
