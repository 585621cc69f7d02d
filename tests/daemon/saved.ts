import type { Stage } from "./stage.ts";

/** Place of a saved tally that has what was due. */
const DUE = 0;

/** What was due of a run, by the state that it has left: a digest as two sums, and a count. */
export interface SavedDue {
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
}

/** Reads what a run of a stage with the target `api` has saved. */
export async function savedDue(stage: Stage, name: string): Promise<SavedDue> {
  const path = stage.file(`state/kar98k/${name}.json`);
  const text = await Deno.readTextFile(path);
  const { digest: [lo, hi], targets } = JSON.parse(text).run.body.totals;
  const tallies: number[][] = targets.api?.tallies ?? [];
  const count = tallies.reduce((total, tally) => total + tally[DUE]!, 0);
  return { lo, hi, count };
}
