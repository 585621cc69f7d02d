import { ArrivalSource, Digest, targetOf } from "../arrivals/mod.ts";
import { stageOf, type Traffic } from "../pattern/mod.ts";
import {
  replaySourceOf,
  secondOf,
  type SendPlan,
  type Timeline,
} from "../worker/mod.ts";
import type { RunTotals } from "./run_totals.ts";

/** Options of counting lost beats. */
export interface LostBeatsOptions {
  readonly timeline: Timeline;
  readonly traffic: Traffic;
  readonly totals: RunTotals;
  /** By the numbers that `plan` events have. */
  readonly plans: ReadonlyMap<number, SendPlan>;
  /** Lanes of the lost worker. */
  readonly lanes: readonly number[];
}

/**
 * Makes the beats that a lost worker would have made, and counts what was due
 * in them as missed. Changes that came with a leap of plan time count for the
 * beats before it, too.
 *
 * @param beats from one up to, and without, another
 */
export function countLostBeats(
  { from, to }: { readonly from: number; readonly to: number },
  { timeline, traffic, totals, plans, lanes }: LostBeatsOptions,
): void {
  const { collector, layout } = totals;
  using open = new DisposableStack();
  const area = traffic.newArea();
  const sources = new Map(
    [...plans].map(([number, { plan }]) =>
      [
        number,
        new ArrivalSource({
          ...{ plan, lanes, traffic, area },
          replay: open.use(replaySourceOf(plan, () => traffic)),
        }),
      ] as const
    ),
  );
  for (let beat = from; beat < to; beat++) {
    const { slot } = timeline.at(beat);
    const list = sources.get(traffic.events.at(slot).plan)!.slot(slot);
    const stage = stageOf(traffic.partsAt(slot));
    for (let i = 0; i < list.length; i++) {
      collector.addMissed(layout.block(targetOf(list.at(i)), stage), {
        count: 1,
        reason: "worker_lost",
        second: secondOf(beat),
      });
    }
    const digest = new Digest();
    digest.addSlot(slot, list.view(), list.length);
    collector.addDigest(digest.lo, digest.hi);
  }
}
