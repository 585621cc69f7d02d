import type { DirectedShare } from "../pattern/mod.ts";

/** What arrivals ask of a traffic: any slot since the start of the hour. */
export interface SlotTraffic {
  /** Requests per second. */
  rateAt(slot: number): number;
  /** Which parts of a slot's arrivals go to what is named; absent = none ever do. */
  directedAt?(slot: number): readonly DirectedShare[];
}

/** A traffic that is not there yet, and is when it is asked. */
export function trafficLater(of: () => Required<SlotTraffic>): SlotTraffic {
  return {
    rateAt: (slot) => of().rateAt(slot),
    directedAt: (slot) => of().directedAt(slot),
  };
}
