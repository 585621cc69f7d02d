import { isDeepStrictEqual } from "node:util";
import { ArrivalSource, lanesOf } from "../../arrivals/mod.ts";
import {
  ARMED,
  EventLog,
  Traffic,
  type TrafficEvent,
} from "../../pattern/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import type { FleetRow } from "../types.ts";

/** A plan with what was made of it. */
export interface FleetTraffic {
  readonly plan: Plan;
  /** Plans that took its place, by their numbers from 1; absent = none did. */
  readonly later?: readonly Plan[];
  readonly row: Pick<FleetRow, "fireSlot" | "parts">;
  /** In the order of their slots. */
  readonly events: readonly TrafficEvent[];
}

/** The traffic of a fleet's run, or of one part, where that has taken other events. */
export function fleetTraffic(
  { plan, later = [], row: { fireSlot }, events }: FleetTraffic,
): Traffic {
  const log = new EventLog({ base: ARMED, changes: [] });
  const fire = {
    slot: fireSlot,
    kind: "fire",
    value: 0,
    durationMs: 0,
  } as const;
  for (const event of [fire, ...events]) {
    log.append({ ...event, slot: Math.max(fireSlot, event.slot) });
  }
  return new Traffic([plan, ...later].map(({ pattern }) => pattern), log);
}

/** What is counted of a part between two slots. */
export interface DueSpan {
  readonly part: number;
  readonly from: number;
  readonly to: number;
}

/** What was counted up to a slot. */
interface Sum {
  readonly to: number;
  readonly due: number;
  /** The changes before that slot, which it was counted by. */
  readonly changes: readonly TrafficEvent[];
}

/**
 * Counts what parts were due, by the functions that send. What it was asked
 * before it counts on from, so that a hole that grows is not counted anew each
 * second. Changes that come to be known later, of slots that were counted, make
 * a sum void: a viewer may have been cut off, or without a plan's text.
 */
export class Dues {
  readonly #known = new Map<string, Sum>();

  /**
   * @param key says of which traffic of the part, where it has several
   */
  due(traffic: FleetTraffic, { part, from, to }: DueSpan, key = ""): number {
    if (from >= to) return 0;
    const name = `${key} ${part} ${from}`;
    const known = this.#known.get(name);
    const isGood = known !== undefined && known.to <= to &&
      isSame(known.changes, changesBefore(traffic, known.to));
    const begin = isGood ? known : { to: from, due: 0 };
    const due = begin.due +
      countDue(traffic, { part, from: begin.to, to });
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    const changes = changesBefore(traffic, to);
    this.#known.set(name, { to, due, changes });
    return due;
  }
}

function changesBefore(
  { events }: FleetTraffic,
  slot: number,
): readonly TrafficEvent[] {
  return events.filter((event) => event.slot < slot);
}

function isSame(
  some: readonly TrafficEvent[],
  others: readonly TrafficEvent[],
): boolean {
  return some.length === others.length &&
    some.every((one, i) => isDeepStrictEqual(one, others[i]));
}

/** Sums that are kept: far more than holes of a run. */
const KNOWN_MAX = 4096;

function countDue(all: FleetTraffic, { part, from, to }: DueSpan): number {
  const traffic = fleetTraffic(all);
  const plans = [all.plan, ...all.later ?? []];
  const lanes = lanesOf({ index: part, count: all.row.parts });
  const area = traffic.newArea();
  let number = -1;
  let source: ArrivalSource | undefined;
  let due = 0;
  for (let slot = from; slot < to; slot++) {
    const now = traffic.events.at(slot).plan;
    if (source === undefined || now !== number) {
      source = new ArrivalSource({ plan: plans[now]!, lanes, traffic, area });
      number = now;
    }
    due += source.slot(slot).length;
  }
  return due;
}
