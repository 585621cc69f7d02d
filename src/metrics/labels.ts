import type { OwnCounts, TargetCounts } from "../stats/mod.ts";

/** Counts of a target or a step, and what tells them apart: names of the plan, and nothing else. */
export interface LabelledCounts {
  readonly counts: TargetCounts;
  readonly labels: { readonly target: string; readonly step?: string };
}

/** All that sends requests: targets by their names, steps by those of their journey and their own. */
export function labelledCounts(
  { targets, journeys }: Pick<OwnCounts, "targets" | "journeys">,
): LabelledCounts[] {
  return [
    ...targets.map((counts) => ({ counts, labels: { target: counts.name } })),
    ...journeys.flatMap(({ name: target, steps }) =>
      steps.map((counts) => {
        // A step is counted under journey/step.
        const step = counts.name.slice(target.length + 1);
        return { counts, labels: { target, step } };
      })
    ),
  ];
}
