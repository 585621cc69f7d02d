import type { Plan } from "../../plan/mod.ts";
import { journeySender } from "../series/senders.ts";

/** Share of the traffic that a plan gives, by the names of `sendersIn`; of a step, that of the journey that begins it. */
export function sharesOf(
  { targets, journeys = [] }: Plan,
): (sender: string) => number {
  const all = [
    ...targets,
    ...journeys.map(({ name, weight }) => ({
      name: journeySender(name),
      weight,
    })),
  ];
  const weights = new Map(all.map(({ name, weight }) => [name, weight]));
  const whole = all.reduce((sum, { weight }) => sum + weight, 0);
  return (sender) => {
    const journey = sender.slice(0, Math.max(0, sender.indexOf("/")));
    const weight = weights.get(sender) ||
      weights.get(journeySender(journey)) || 0;
    return whole === 0 ? 0 : weight / whole;
  };
}
