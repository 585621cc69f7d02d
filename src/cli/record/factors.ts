import { SLOT_MS } from "../../base/mod.ts";
import { ARMED, EventLog, Traffic } from "../../pattern/mod.ts";
import type { RecordReader } from "../../record/mod.ts";

/** What the rate of an instant was multiplied with, its base among it; null = nobody knows. */
export type FactorsAt = (
  timeMs: number,
) => Readonly<Record<string, number>> | null;

/** From that change on no plan is known any more: of those that were reloaded a record keeps no pattern. */
const FIRST_PLAN = 0;

/**
 * Why the rates of a recorded run were what they were, by the function that
 * sent: its plan, and the changes that it met.
 */
export function factorsOf(record: RecordReader): FactorsAt {
  const plan = record.runs()[0]?.plan;
  if (plan === undefined) return () => null;
  const changes = record.changes();
  const events = new EventLog({ base: ARMED, changes });
  const traffic = new Traffic([plan.pattern], events);
  return (timeMs) => {
    const slot = Math.floor(timeMs / SLOT_MS);
    if (events.at(slot).plan !== FIRST_PLAN) return null;
    const { base, factors } = traffic.explainAt(slot);
    return {
      base,
      ...Object.fromEntries(factors.map(({ name, value }) => [name, value])),
    };
  };
}
