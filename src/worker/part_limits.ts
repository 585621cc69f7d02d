import { JOURNEY_LIMITS, type Limits } from "../plan/mod.ts";

/**
 * The limits that one machine keeps when so many send the traffic together:
 * what is open at once is divided, as it is by workers, and each has one of it
 * at least. What holds for a single request stays.
 */
export function partLimits(limits: Limits, parts: number): Limits {
  if (parts === 1) return limits;
  const { inFlight, connections, journeys = JOURNEY_LIMITS.journeys } = limits;
  const each = (whole: number) => Math.max(1, Math.floor(whole / parts));
  return {
    ...limits,
    inFlight: each(inFlight),
    connections: each(connections),
    journeys: each(journeys),
  };
}
