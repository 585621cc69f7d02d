import {
  ArrivalSource,
  ranksOf,
  type ReplaySource,
  trafficLater,
} from "../arrivals/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { openTrace } from "../transport/mod.ts";
import type { OpenPlan } from "./due.ts";

/** The arrivals of a replay; its trace stays open until it is disposed of, or its thread ends. */
export type OpenReplay = ReplaySource & Disposable;

/**
 * Makes a plan's arrivals from its trace where it is a replay; null = it is
 * not.
 *
 * @throws {KarError} `cannotStart` when the trace is not there any more
 */
export function replaySourceOf(
  { replay }: Plan,
  traffic: () => Traffic,
): OpenReplay | null {
  if (replay === undefined) return null;
  const trace = openTrace(replay.trace, replay.digest);
  return {
    reader: trace.reader,
    [Symbol.dispose]: () => trace[Symbol.dispose](),
    firedSlotAt: (slot) => traffic().events.at(slot).firedSlot,
  };
}

/**
 * Makes a plan's arrivals, and counts their ranks, for some lanes of a traffic
 * that may come later.
 */
export function openSources(
  plan: Plan,
  lanes: readonly number[],
  of: () => Traffic,
): Pick<OpenPlan, "openSource" | "openRanks"> {
  const traffic = trafficLater(of);
  const replay = replaySourceOf(plan, of);
  return {
    openSource: (area) =>
      new ArrivalSource({ plan, lanes, traffic, area, replay }),
    openRanks: ranksOf(plan, traffic, replay),
  };
}
