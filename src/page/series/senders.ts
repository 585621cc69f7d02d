import type { Snapshot, TargetSnapshot } from "../../stats/mod.ts";

/** All that sends requests, by the names that a page shows: targets, then the steps of journeys. */
export function sendersIn(
  { targets, journeys }: Pick<Snapshot, "targets" | "journeys">,
): TargetSnapshot[] {
  return [...targets, ...journeys.flatMap(({ steps }) => steps)];
}
