import { SLOT_MS } from "../../base/mod.ts";
import { numbered } from "../../merge/mod.ts";
import { ARMED, EventLog, scenarioNames, Traffic } from "../../pattern/mod.ts";
import { heldIndex } from "../../plan/mod.ts";
import { sharesOf } from "../../page/data/mod.ts";
import type { RecordReader } from "../../record/reader/mod.ts";

/** Why the rate of an instant was what it was. */
export interface RateReasons {
  /** What it was multiplied with, the base among it. */
  readonly factors: Readonly<Record<string, number>>;
  /** Null = none went on. */
  readonly scenario: string | null;
  /** The share of what was planned that a sender had. */
  readonly shareOf: (name: string) => number;
}

/** Null = nobody knows. */
export type ReasonsAt = (timeMs: number) => RateReasons | null;

/** What a record knows of the plans that held. */
export interface RecordedReasons {
  readonly at: ReasonsAt;
  /** Whether a sender's share was another one at times. */
  readonly hasOtherShares: boolean;
}

/**
 * Why the rates of a recorded run were what they were, by the function that
 * sent: the plans that held, and the changes that they met.
 */
export function reasonsIn(record: RecordReader): RecordedReasons {
  const plans = record.plans();
  const changes = numbered(record.changes(), plans);
  const events = new EventLog({ base: ARMED, changes });
  const patterns = plans.map(({ plan }) => plan.pattern);
  const traffic = new Traffic(patterns, events);
  const shares = plans.map(({ plan }) => sharesOf(plan));
  const names = patterns.map(scenarioNames);
  return {
    hasOtherShares: plans.length > 1,
    at(timeMs) {
      const slot = Math.floor(timeMs / SLOT_MS);
      const plan = events.at(slot).plan;
      if (heldIndex(plans, slot) < 0 || plan < 0) return null;
      const { base, factors } = traffic.explainAt(slot);
      const scenarios = names[plan]!;
      return {
        scenario: scenarios.length === 0
          ? null
          : scenarios[traffic.partsAt(slot).scenarioIndex] ?? null,
        shareOf: shares[plan]!,
        factors: {
          base,
          ...Object.fromEntries(
            factors.map(({ name, value }) => [name, value]),
          ),
        },
      };
    },
  };
}
