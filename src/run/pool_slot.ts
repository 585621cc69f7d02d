import type { WorkerReading } from "../stats/mod.ts";
import type { NumberedPlan, SenderLink, SendPlan } from "../worker/mod.ts";
import type { PlanClock } from "./plan_clock.ts";
import type { PlanCursor } from "./plan_cursor.ts";

/** Plan time, once it has begun. */
export interface PoolStart {
  readonly planClock: PlanClock;
  readonly cursor: PlanCursor;
}

/** One place in the pool. */
export interface PoolSlot {
  readonly place: number;
  readonly lanes: readonly number[];
  link: SenderLink | null;
  reading: WorkerReading | null;
  /** The first beat that nobody has made. */
  openBeat: number;
  /** The next beat to make, at the last look. */
  seenBeat: number;
}

/** The first beat whose requests were neither made nor counted as missed. */
export function nextBeat({ reading, openBeat }: PoolSlot): number {
  return Math.max(reading?.beatsMade ?? 0, openBeat);
}

/**
 * How many beats a place is behind that has made none since the last look; 0
 * where it has made some. A worker that was held then does not hang; and if the
 * whole process was frozen, all are behind and none hangs.
 */
export function stillBehind(
  slot: PoolSlot,
  { currentBeat, heldBeat }: {
    readonly currentBeat: number;
    /** At the last look. */
    readonly heldBeat: number;
  },
): number {
  const next = nextBeat(slot);
  const isStill = next === slot.seenBeat && next < heldBeat;
  slot.seenBeat = next;
  return isStill ? currentBeat - next : 0;
}

/** Whether the worker of a place has taken so many events, or will before it sends anything. */
export function hasSeen({ reading }: PoolSlot, events: number): boolean {
  return reading === null || reading.beatsMade === 0 ||
    reading.eventsSeen >= events;
}

/** A lost worker in words, with what it had open. */
export function describeLoss(
  why: string,
  open: { readonly requests: number; readonly journeys: number },
): string {
  const journeys = open.journeys === 0 ? "" : ` and ${open.journeys} journeys`;
  return `Worker lost: ${why}; ${open.requests} requests${journeys} aborted, replacing it`;
}

/** Makes the plans ready that came while the worker was being made. */
export async function catchUp(
  link: SenderLink,
  { plans, made }: {
    readonly plans: ReadonlyMap<number, SendPlan>;
    readonly made: readonly NumberedPlan[];
  },
): Promise<void> {
  const known = new Set(made.map(({ number }) => number));
  try {
    // Also handles those that come while it waits.
    for (const [number, plan] of plans) {
      if (!known.has(number)) await link.addPlan({ number, plan });
    }
  } catch (error) {
    link.terminate();
    throw error;
  }
}
