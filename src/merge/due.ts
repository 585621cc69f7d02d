import { KarError } from "../base/mod.ts";
import { ArrivalSource, lanesOf } from "../arrivals/mod.ts";
import {
  ARMED,
  type Change,
  type Control,
  EventLog,
  Traffic,
} from "../pattern/mod.ts";
import type { HeldPlan, Plan } from "../plan/mod.ts";
import type { TraceReader } from "../trace/mod.ts";
import { numbered } from "./plans.ts";
import type { PartName } from "./types.ts";

/** Slots, `from` included and `to` not. */
export interface SlotSpan {
  readonly from: number;
  readonly to: number;
}

/** Opens the trace of a replay, the first time that it is asked for. */
export type TraceOf = () => TraceReader;

/** A part of a run, with what was made of its plan. */
export interface PartTraffic extends PartName {
  readonly plan: Plan;
  /** Needed where the plan is a replay, whose arrivals stand in its trace. */
  readonly trace?: TraceOf | undefined;
  /** The slot in which the whole run was fired. */
  readonly fireSlot: number;
  /** In the order of their slots. */
  readonly changes: readonly Change[];
  /** Plans that have held before this one, and since when this one does; absent = none. */
  readonly plans?: readonly HeldPlan[];
}

/** What holds where nobody has changed anything since the fire. */
export function firedAt(fireSlot: number): Control {
  return { ...ARMED, firedSlot: fireSlot };
}

/** How many requests of a part were due in some slots: by the functions that send them. */
export function dueOf(traffic: PartTraffic, { from, to }: SlotSpan): number {
  if (from >= to) return 0;
  const sourceAt = sourcesOf(traffic);
  let due = 0;
  for (let slot = from; slot < to; slot++) {
    due += sourceAt(slot).slot(slot).length;
  }
  return due;
}

/** The traffic of a whole run, of which parts send their lanes. */
export function trafficOf(
  { plan, fireSlot, changes, plans = [] }: Omit<
    PartTraffic,
    keyof PartName | "trace"
  >,
): Traffic {
  const fired = { slot: fireSlot, control: firedAt(fireSlot) };
  const later = changes.filter(({ slot }) => slot > fireSlot);
  const all = numbered([fired, ...later], plans);
  const events = new EventLog({ base: ARMED, changes: all });
  // Where nobody knows another one, it is this one.
  const numbers = new Set([0, ...all.map(({ control }) => control.plan)]);
  const patterns = new Map(
    [...numbers].map((n) => [n, (plans[n]?.plan ?? plan).pattern]),
  );
  return new Traffic(patterns, events);
}

/** What makes the arrivals of a slot: each plan has its own seed and mix. */
function sourcesOf(
  { part, parts, trace, ...run }: PartTraffic,
): (slot: number) => ArrivalSource {
  const traffic = trafficOf(run);
  const lanes = lanesOf({ index: part, count: parts });
  const area = traffic.newArea();
  const firedSlotAt = (slot: number) => traffic.events.at(slot).firedSlot;
  const open = (plan: Plan) =>
    new ArrivalSource({
      ...{ plan, lanes, traffic, area },
      replay: plan.replay === undefined
        ? null
        : { reader: readerOf(trace), firedSlotAt },
    });
  const opened = new Map<number, ArrivalSource>();
  return (slot) => {
    const number = traffic.events.at(slot).plan;
    const source = opened.get(number) ??
      open(run.plans?.[number]?.plan ?? run.plan);
    opened.set(number, source);
    return source;
  };
}

function readerOf(trace: TraceOf | undefined): TraceReader {
  if (trace !== undefined) return trace();
  throw new KarError(
    "usage",
    "Cannot tell what was due of this replay: it stands in its trace, and in no record",
  );
}
