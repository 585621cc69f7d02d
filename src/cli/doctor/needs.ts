import type { PlanNeeds } from "../../doctor/mod.ts";
import { highestMax } from "../../pattern/mod.ts";
import { type Plan, requestsOf } from "../../plan/mod.ts";

/** What a plan wants of the machine that sends it. */
export function needsOf(plan: Plan): PlanNeeds {
  const { pattern, limits, targets } = plan;
  const each = targets.flatMap(({ connection }) =>
    connection?.maxRequests ?? []
  );
  return {
    rate: highestMax(pattern) * requestsPerArrival(plan),
    connections: Math.min(limits.connections, limits.inFlight),
    perConnection: each.length === 0 ? null : Math.min(...each),
  };
}

/** Requests that an arrival comes to on average: more than one with journeys. */
function requestsPerArrival({ targets, journeys = [] }: Plan): number {
  const shares = [
    ...targets.filter(({ step }) => step === undefined)
      .map(({ weight }) => ({ weight, requests: 1 })),
    ...journeys.map((journey) => ({
      weight: journey.weight,
      requests: requestsOf(journey),
    })),
  ];
  const weights = shares.reduce((sum, { weight }) => sum + weight, 0);
  if (weights === 0) return 1;
  return shares.reduce(
    (sum, { weight, requests }) => sum + requests * weight / weights,
    0,
  );
}
