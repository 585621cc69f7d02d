import type { PartHead } from "../../../fleet/mod.ts";
import type { StoredMoment } from "../../../record/mod.ts";
import type { PlannedSecond, SavedRun } from "../../../run/mod.ts";
import type { Totals } from "../../../stats/mod.ts";

/** What may be left out, the least first: never a count. */
export const FEWER = ["nothing", "reasons", "durations"] as const;

/** One of `FEWER`; each leaves out what those before it do. */
export type Fewer = typeof FEWER[number];

/** What a part of a fleet's run tells: cumulative, all that anybody shows of it is made of this. */
export interface PartTold extends PartHead {
  readonly totals: Totals;
  /** The last seconds of its timeline. */
  readonly seconds: readonly PlannedSecond[];
  /** What it says beside the counts. */
  readonly moment: StoredMoment;
  /** What a process that takes its place goes on from, beside the totals. */
  readonly saved: SavedRun;
  /** What it leaves out, since all of it has no room. */
  readonly without: Fewer;
}
