import type { WorkerReading } from "../stats/mod.ts";
import type { SenderLink } from "../worker/mod.ts";

/** One place in the pool. */
export interface PoolSlot {
  readonly place: number;
  readonly lanes: readonly number[];
  link: SenderLink | null;
  reading: WorkerReading | null;
  /** The first beat that nobody has made. */
  openBeat: number;
  /** The next beat to make, as of the last look. */
  seenBeat: number;
}

/** The first beat whose requests were neither made nor counted as missed. */
export function nextBeat({ reading, openBeat }: PoolSlot): number {
  return Math.max(reading?.beatsMade ?? 0, openBeat);
}
