/**
 * What tests of arrivals share: a plan in the form that sources read.
 *
 * @module
 */
import {
  ArrivalSource,
  lanesOf,
  type Stripe,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import type { ArrivalKind, Plan } from "../../src/plan/mod.ts";
import { patternWith } from "../pattern/support.ts";

/** A plan with so many targets as there are weights. */
export function planOf(
  arrivals: ArrivalKind,
  { seed = 98, weights = [1], base = 100 }: {
    readonly seed?: number;
    readonly weights?: readonly number[];
    readonly base?: number;
  } = {},
): Plan {
  return {
    arrivals,
    pattern: patternWith({ seed, base }),
    targets: weights.map((weight) => ({ weight })),
  } as unknown as Plan;
}

/** The arrivals of a stripe, slot by slot, as copies. */
export function arrivalsOf(
  plan: Plan,
  rateAt: (slot: number) => number,
  { from, count, stripe = WHOLE }: {
    readonly from: number;
    readonly count: number;
    readonly stripe?: Stripe;
  },
): number[][] {
  const source = new ArrivalSource({
    plan,
    lanes: lanesOf(stripe),
    traffic: { rateAt },
  });
  return Array.from(
    { length: count },
    (_, i) => Array.from(source.slot(from + i).view()),
  );
}
