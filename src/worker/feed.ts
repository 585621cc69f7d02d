import { SLOTS_PER_HOUR } from "../base/mod.ts";
import {
  type ArrivalList,
  type ArrivalSource,
  Digest,
  offsetMsOf,
  targetOf,
} from "../arrivals/mod.ts";
import { type EventLog, PHASES, type Traffic } from "../pattern/mod.ts";
import type { Limits } from "../plan/mod.ts";
import type { Recorder } from "../stats/mod.ts";
import type { Transport } from "../transport/mod.ts";
import type { Shared } from "./shared.ts";
import type { NextSlot, Position, Timeline } from "./timeline.ts";

/** A slot's arrivals are made this long before it begins: later than any event for it. */
const LOOKAHEAD_MS = 5;

/** One plan of a run, ready to be sent. */
export interface OpenPlan {
  readonly limits: Limits;
  /** One for each target. */
  readonly transports: readonly Transport[];
  readonly openSource: () => ArrivalSource;
}

/** What the feed of a worker needs. */
export interface FeedOptions {
  readonly shared: Shared;
  readonly timeline: Timeline;
  readonly traffic: Traffic;
  /** By number; grows when a plan is added. */
  readonly plans: readonly OpenPlan[];
  readonly recorder: Recorder;
  /** Number of the first event that the traffic's log does not hold yet. */
  readonly eventsSeen: number;
  /** Second of the run at a monotonic instant. */
  readonly secondAt: (monoMs: number) => number;
  /** Told when a slot belongs to another plan than the one before. */
  readonly switched: (from: OpenPlan, to: OpenPlan) => void;
}

/**
 * The arrivals of a worker's lanes, slot after slot. A slot's arrivals are
 * counted as due when they are made, a moment before the slot begins; between
 * two slots it takes over new events and jumps of plan time.
 */
export class Feed {
  readonly #o: FeedOptions;
  #source: ArrivalSource;
  #list: ArrivalList;
  readonly #first: Position;
  /** The slot that was made last. */
  #last: Position | null = null;
  #cursor = 0;
  #startMs = 0;
  #events: number;
  /** Index of the current slot's phase. */
  phase = 0;
  /** The plan of the current slot. */
  plan: OpenPlan;

  /** @param first the first slot to make */
  constructor(options: FeedOptions, first: Position) {
    this.#o = options;
    this.plan = options.plans[0]!;
    this.#source = this.plan.openSource();
    this.#list = this.#source.none();
    this.#events = options.eventsSeen;
    this.#first = first;
  }

  /**
   * Moves on to the next arrival.
   *
   * @returns its intended instant, or, when none is made yet, the instant at
   *   which to ask again; Infinity after the last slot of the run
   */
  nextMs(nowMs: number): number {
    while (this.#cursor >= this.#list.length) {
      const next = this.#next();
      if (next.slot >= this.#o.shared.endSlot) return Infinity;
      const makeAtMs = next.startMs - LOOKAHEAD_MS;
      if (makeAtMs > nowMs) return makeAtMs;
      this.#make(next);
    }
    return this.#startMs + offsetMsOf(this.#list.at(this.#cursor));
  }

  /** Whether `nextMs` spoke of an arrival. */
  get hasArrival(): boolean {
    return this.#cursor < this.#list.length;
  }

  /** Takes the arrival that `nextMs` spoke of; gives its target. */
  take(): number {
    return targetOf(this.#list.at(this.#cursor++));
  }

  /** Asked anew each time: a jump may have been decided since the last slot was made. */
  #next(): NextSlot {
    const { timeline } = this.#o;
    if (this.#last !== null) return timeline.after(this.#last);
    const startMs = timeline.startOf(this.#first);
    return { ...this.#first, startMs, jumpedFrom: null };
  }

  #make(next: NextSlot): void {
    const { slot, startMs } = next;
    if (next.jumpedFrom !== null) this.#jump(next.jumpedFrom, slot);
    this.#takeEvents(slot);
    this.#takePlan(slot);
    this.#list = this.#source.slot(slot);
    this.#cursor = 0;
    this.#startMs = startMs;
    this.phase = PHASES.indexOf(this.#o.traffic.partsAt(slot).phase);
    this.#count(slot, startMs);
    this.#o.recorder.heartbeat(slot, this.#events);
    this.#last = next;
  }

  #count(slot: number, startMs: number): void {
    const { recorder } = this.#o;
    const list = this.#list;
    // The middle of the slot: safe against rounding at the edge of a second.
    const second = this.#o.secondAt(startMs + 50);
    for (let i = 0; i < list.length; i++) {
      recorder.due(targetOf(list.at(i)), this.phase, second);
    }
    if (list.length === 0) return;
    const digest = new Digest();
    digest.addSlot(slot, list.view(), list.length);
    recorder.digest(digest.lo, digest.hi);
  }

  #takeEvents(slot: number): void {
    const { shared, traffic } = this.#o;
    // First, so that there is room for the new ones.
    foldOld(traffic.events, slot);
    for (; this.#events < shared.eventCount; this.#events++) {
      traffic.events.append(shared.readEvent(this.#events));
    }
  }

  #jump(from: number, to: number): void {
    this.#takeEvents(from);
    this.#o.traffic.events.rebase(from, to);
    this.#source = this.plan.openSource();
  }

  #takePlan(slot: number): void {
    const plan = this.#o.plans[this.#o.traffic.events.at(slot).plan]!;
    if (plan === this.plan) return;
    this.#o.switched(this.plan, plan);
    this.plan = plan;
    this.#source = plan.openSource();
  }
}

/** Forgets events before the current hour, whose area `uniform` still needs. */
export function foldOld(events: EventLog, slot: number): void {
  events.foldBefore(slot - slot % SLOTS_PER_HOUR);
}
