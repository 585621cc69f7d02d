import { highestMax } from "../../pattern/mod.ts";
import { type ClientName, type Plan, requestsOf } from "../../plan/mod.ts";

/**
 * Requests per second that one worker sends with each client and room to spare:
 * beyond that, a request takes a large part of the time to the next one.
 */
const RATE_PER_WORKER: Readonly<Record<ClientName, number>> = {
  wire: 16_000,
  fetch: 5_000,
  connect: 2_000,
};

/**
 * How many workers `workers: auto` is: enough for the highest rate, as far as
 * there are cores. From three cores on, one is left to the rest.
 */
export function workersFor(
  { pattern, targets, journeys = [], limits }: Plan,
  cores: number,
): number {
  const sent = [
    ...targets.map(({ weight, client }) => ({ weight, client, requests: 1 })),
    ...journeys.map((journey) => ({
      weight: journey.weight,
      client: "wire" as const,
      requests: requestsOf(journey),
    })),
  ];
  const weights = sent.reduce((sum, { weight }) => sum + weight, 0);
  const wanted = sent.reduce((sum, { weight, client, requests }) => {
    const rate = highestMax(pattern) * requests * weight / weights;
    return sum + rate / RATE_PER_WORKER[client];
  }, 0);
  const own = cores > 2 ? cores - 1 : cores;
  // Each needs a connection of its own.
  const most = Math.min(own, limits.connections);
  return Math.max(1, Math.min(most, Math.ceil(wanted)));
}
