import type { Snapshot } from "../../stats/mod.ts";

/** What a journey is called among all that sends requests: a target may have the same name. */
export function journeySender(name: string): string {
  return `journey ${name}`;
}

/** All that sends requests, by the names that a page shows: targets, the steps of journeys, and journeys as a whole. */
export function sendersIn(
  { targets, journeys }: Pick<Snapshot, "targets" | "journeys">,
): string[] {
  return [
    ...[...targets, ...journeys.flatMap(({ steps }) => steps)]
      .map(({ name }) => name),
    ...journeys.map(({ name }) => journeySender(name)),
  ];
}
