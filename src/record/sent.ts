import { KarError, SLOT_MS } from "../base/mod.ts";
import {
  lanesIn,
  type PartSpan,
  type TraceOf,
  trafficOf,
} from "../merge/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { readPart } from "./merge/mod.ts";
import type { RecordReader } from "./read/mod.ts";

/** What a record says was to be sent, so that its arrivals can be made once more. */
export interface SentTraffic {
  readonly plan: Plan;
  readonly traffic: Traffic;
  readonly spans: readonly (PartSpan & { readonly lanes: readonly number[] })[];
  /** Wall clock less plan time. */
  readonly offsetMs: number;
}

/**
 * The plan, lanes and time of a record.
 *
 * @param trace needed where a replay was killed
 * @throws {KarError} `usage` when its run was never fired, or has had another
 *   plan before: the arrivals of one plan are made again
 */
export function sentTraffic(
  reader: RecordReader,
  trace?: TraceOf,
): SentTraffic {
  const { run: { plan }, planIds, fireSlot, firedMs, spans } = readPart(
    reader,
    trace,
  );
  const changes = reader.changes({ from: -Infinity, to: Infinity });
  const numbers = changes.filter(({ slot }) => slot >= fireSlot)
    .map(({ control }) => control.plan);
  if (new Set(numbers).size > 1 || planIds.length > 1) {
    throw new KarError(
      "usage",
      `Cannot plan ${reader.path} again: its run took over a new plan by kar reload, and the arrivals of one plan alone can be made again`,
    );
  }
  return {
    plan,
    traffic: trafficOf({ plan, fireSlot, changes }),
    spans: spans.map((span) => ({ ...span, lanes: lanesIn(span) })),
    offsetMs: firedMs - fireSlot * SLOT_MS,
  };
}
