import { SLOT_MS } from "../base/mod.ts";
import {
  ArrivalCursor,
  type ArrivalList,
  type ArrivalSource,
  Digest,
  type Ranks,
  targetOf,
} from "../arrivals/mod.ts";
import { stageOf, type Traffic, type TrafficHistory } from "../pattern/mod.ts";
import type { ProofWriter, Recorder } from "../stats/mod.ts";
import type { Exchange } from "../transport/mod.ts";
import type { Due, OpenPlan } from "./due.ts";
import type { Shared } from "./shared.ts";
import { type Beat, secondOf, type Timeline } from "./timeline.ts";

/** A slot's arrivals are made this long before it begins: later than any event for it. */
const LOOKAHEAD_MS = 5;
/** Time between two checks whether a held slot may be made. */
const HELD_LOOK_MS = 5;
/** No event is dated so far before the first slot of a worker: earlier slots can be summed. */
export const SETTLED_SLOTS = 10;

/** Where a worker begins. */
export interface StartPoint {
  /** The first beat that it sends. */
  readonly beat: number;
  /** Events so far, and how many of the shared ones they contain. */
  readonly history: TrafficHistory;
  readonly eventsSeen: number;
  /** The last beat whose leap of plan time is part of the history. */
  readonly leaptBeat: number;
}

/** Options of a `Feed`. */
export interface FeedOptions {
  readonly shared: Shared;
  readonly timeline: Timeline;
  readonly traffic: Traffic;
  /** By number: all plans that a slot from the first one on may belong to. */
  readonly plans: ReadonlyMap<number, OpenPlan>;
  readonly recorder: Recorder;
  readonly proof: ProofWriter;
  /** Share of all lanes that this worker sends. */
  readonly share: number;
  /** Called with the number when a slot belongs to another plan than the one before. */
  readonly switched: (to: number) => void;
}

/**
 * The arrivals of a worker's lanes, slot after slot. A slot's arrivals are
 * counted as due when they are made, a moment before the slot begins; between
 * two slots it takes over new events and jumps of plan time.
 */
export class Feed implements Due {
  readonly #o: FeedOptions;
  #source: ArrivalSource;
  #ranks: Ranks | null;
  /** Arrivals counted before the beat that comes next. */
  #ranked = 0;
  /** Arrivals of the slot that were taken. */
  #taken = 0;
  readonly #arrivals: ArrivalCursor;
  /** The next beat to make. */
  #beat: number;
  /** Leaps of plan time were applied up to that of this beat. */
  #leaptBeat: number;
  #startMs = 0;
  #events: number;
  /** The current slot's stage. */
  #stage = 0;
  /** The plan of the current slot. */
  #plan: OpenPlan;

  constructor(
    options: FeedOptions,
    { beat, eventsSeen, leaptBeat }: Omit<StartPoint, "history">,
  ) {
    this.#o = options;
    this.#plan = options.plans.get(options.traffic.firstPlan)!;
    options.recorder.judgeBy(this.#plan.isOk);
    this.#source = this.#plan.openSource(options.traffic.area);
    this.#ranks = this.#plan.openRanks?.(options.traffic.area) ?? null;
    this.#arrivals = new ArrivalCursor(this.#source.none());
    this.#events = eventsSeen;
    this.#beat = beat;
    this.#leaptBeat = leaptBeat;
    this.#prepare(options.timeline.at(beat).slot);
    const ranks = this.#ranks;
    if (ranks === null) return;
    // A worker that replaces a lost one continues where that one was.
    const { shared, timeline } = options;
    const known = shared.rankBefore(beat) ?? { beat, rank: 0 };
    this.#ranked = known.rank;
    for (let b = known.beat; b < beat; b++) {
      this.#ranked += ranks.count(timeline.at(b).slot);
    }
  }

  /** The instant of the next arrival; Infinity after the last beat of the run. */
  nextMs(nowMs: number): number {
    const { shared, timeline } = this.#o;
    while (!this.#arrivals.hasNext) {
      if (this.#beat >= shared.endBeat) return Infinity;
      // Read each time: a leap may have been decided in the meantime.
      const next = timeline.at(this.#beat);
      const makeAtMs = next.startMs - LOOKAHEAD_MS;
      // The run may begin earlier than was known, where the wall clock jumps.
      if (makeAtMs > nowMs) return Math.min(makeAtMs, nowMs + SLOT_MS);
      if (this.#beat >= shared.heldBeat) return nowMs + HELD_LOOK_MS;
      this.#make(next);
    }
    return this.#startMs + this.#arrivals.offsetMs;
  }

  /** Whether `nextMs` spoke of an arrival. */
  get hasNext(): boolean {
    return this.#arrivals.hasNext;
  }

  /** Takes the arrival that `nextMs` spoke of. */
  take(exchange: Exchange): OpenPlan {
    const { offsetMs } = this.#arrivals;
    exchange.intendedMs = this.#startMs + offsetMs;
    exchange.offsetMs = offsetMs;
    exchange.rank = this.#ranks === null ? NaN : this.#ranks.at(this.#taken);
    this.#taken++;
    exchange.iteration = 0;
    exchange.vars = null;
    exchange.stage = this.#stage;
    this.#arrivals.take(exchange);
    exchange.ok = null;
    exchange.kept = null;
    exchange.journey = null;
    exchange.lease = null;
    // A journey has no request of its own: its first step does.
    exchange.framed = this.#plan.targets[exchange.target]?.framed;
    return this.#plan;
  }

  #make({ beat, slot, startMs }: Beat): void {
    this.#leap(beat);
    this.#takeEvents(slot);
    this.#takePlan(slot);
    const list = this.#source.slot(slot);
    this.#arrivals.begin(slot, list);
    this.#taken = 0;
    if (this.#ranks !== null) {
      this.#ranked = this.#ranks.begin(slot, list, this.#ranked);
      this.#o.shared.noteRank(beat + 1, this.#ranked);
    }
    this.#startMs = startMs;
    const parts = this.#o.traffic.partsAt(slot);
    this.#stage = stageOf(parts);
    this.#o.proof.slot({
      slot,
      startMs,
      ratePerSec: parts.rate * this.#o.share,
      wholePerSec: parts.rate,
      isUniform: this.#plan.isUniform,
      hasLaw: this.#plan.hasLaw,
      shape: this.#source.shape,
    });
    this.#count(list, slot, secondOf(beat));
    this.#beat = beat + 1;
    this.#o.recorder.heartbeat(this.#beat, this.#events);
  }

  #count(list: ArrivalList, slot: number, second: number): void {
    const { recorder } = this.#o;
    for (let i = 0; i < list.length; i++) {
      recorder.due(targetOf(list.at(i)), this.#stage, second);
    }
    if (list.length === 0) return;
    const digest = new Digest();
    digest.addSlot(slot, list.view(), list.length);
    recorder.digest(digest.lo, digest.hi);
  }

  /** Applies the leaps of plan time up to that of a beat. */
  #leap(beat: number): void {
    const leaps = this.#o.timeline.leapsBetween(this.#leaptBeat, beat);
    this.#leaptBeat = beat;
    for (const { from, to } of leaps) {
      this.#takeEvents(from);
      this.#o.traffic.rebase(from, to);
      this.#openSources();
    }
  }

  #openSources(): void {
    const { area } = this.#o.traffic;
    this.#source = this.#plan.openSource(area);
    this.#ranks = this.#plan.openRanks?.(area) ?? null;
  }

  /** Does now, while nothing is due, what would make the first slot late. */
  #prepare(slot: number): void {
    // Draws the day's spikes so far.
    this.#o.traffic.partsAt(slot);
    this.#o.traffic.settleBefore(slot - SETTLED_SLOTS);
  }

  #takeEvents(slot: number): void {
    const { shared, traffic } = this.#o;
    for (; this.#events < shared.eventCount; this.#events++) {
      traffic.events.append(shared.readEvent(this.#events));
    }
    traffic.settleBefore(slot);
  }

  #takePlan(slot: number): void {
    const number = this.#o.traffic.events.at(slot).plan;
    const plan = this.#o.plans.get(number)!;
    if (plan === this.#plan) return;
    this.#plan = plan;
    this.#o.recorder.judgeBy(plan.isOk);
    this.#openSources();
    this.#o.switched(number);
  }
}
