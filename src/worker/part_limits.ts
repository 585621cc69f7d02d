import { JOURNEY_LIMITS, type Limits } from "../plan/mod.ts";

/**
 * The limits that one of several machines keeps: what may be open at once is
 * divided, as it is by workers, and each has at least one of everything. Limits
 * of a single request stay the same.
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
