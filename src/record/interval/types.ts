import type { Totals } from "../../stats/mod.ts";
import type { LawGrowth } from "./law.ts";

/** One second of the timeline, or a longer interval of it. */
export interface TimelineRow {
  /** Plan time at which it begins, in seconds since the epoch. */
  readonly t: number;
  /** Requests that the plan says for it. */
  readonly planned: number;
  readonly due: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  readonly missed: number;
  /** Slots of each phase, in the order of `PHASES`. */
  readonly phases: readonly number[];
}

/** How kar itself was in an interval. */
export interface Load {
  /** Seconds that it really covers: if the number differs from its level, there is a gap. */
  readonly seconds: number;
  readonly cpuMs: number;
  readonly pollMs: number;
  /** The rest is as it was at the end of the interval. */
  readonly rssBytes: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly workers: number;
}

/** What was counted between two looks at a run: differences, never sums since its start. */
export interface Interval {
  /** Plan time at which it begins, in whole seconds since the epoch. */
  readonly t: number;
  readonly totals: Totals;
  /** Counts of the timeline that came since the last look, of any of its seconds. */
  readonly timeline: readonly TimelineRow[];
  readonly load: Load;
  /** Gaps between sends in it; absent = not known. */
  readonly law?: LawGrowth;
}
