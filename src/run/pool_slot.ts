import type { WorkerReading } from "../stats/mod.ts";
import type { NumberedPlan, SenderLink, SendPlan } from "../worker/mod.ts";

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

/** Makes the plans ready in a worker that came while it was being made. */
export async function catchUp(
  link: SenderLink,
  { plans, made }: {
    readonly plans: ReadonlyMap<number, SendPlan>;
    readonly made: readonly NumberedPlan[];
  },
): Promise<void> {
  const known = new Set(made.map(({ number }) => number));
  try {
    // Meets those, too, that come while it waits.
    for (const [number, plan] of plans) {
      if (!known.has(number)) await link.addPlan({ number, plan });
    }
  } catch (error) {
    link.terminate();
    throw error;
  }
}
