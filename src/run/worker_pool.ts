import { shareOf } from "../arrivals/mod.ts";
import { type Clock, messageOf, SLOTS_PER_SEC } from "../base/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { PickedPacing } from "../plan/mod.ts";
import { createRegion } from "../stats/mod.ts";
import type {
  NumberedPlan,
  SenderOptions,
  SendPlan,
  Shared,
  Spawn,
  StartPoint,
} from "../worker/mod.ts";
import {
  catchUp,
  describeLoss,
  hasSeen,
  nextBeat,
  type PoolSlot,
  type PoolStart,
  stillBehind,
} from "./pool_slot.ts";
import type { RunTotals } from "./run_totals.ts";
import { countLostBeats } from "./lost_beats.ts";
import type { SetupRun } from "./deps.ts";

/** A worker that has made no beat for so many beats is stuck. */
const STUCK_BEATS = 50;
/** Pause before a lost worker is replaced again. */
const RESPAWN_MS = 1000;

/** Options of a `WorkerPool`. */
export interface WorkerPoolOptions {
  /** The run's first plan. */
  readonly first: NumberedPlan;
  readonly pacing: PickedPacing;
  readonly userAgent: string;
  readonly lanes: readonly number[];
  readonly size: number;
  /** Machines that send the traffic together. */
  readonly parts: number;
  readonly clock: Clock;
  readonly spawn: Spawn;
  readonly shared: Shared;
  /** Values captured by the setup; absent = none. */
  readonly setup?: Pick<SetupRun, "values">;
  readonly totals: RunTotals;
  readonly traffic: Traffic;
  readonly warn: (line: string) => void;
  /** The same for what all workers report. */
  readonly warnOnce: (line: string) => void;
}

/**
 * The workers of a run. One that dies or hangs is replaced; the beats that were
 * not made meanwhile are counted as due and missed `worker_lost`.
 */
export class WorkerPool {
  readonly #o: WorkerPoolOptions;
  readonly #slots: PoolSlot[];
  /** Plans that a slot may still belong to, by their numbers. */
  readonly plans = new Map<number, SendPlan>();
  /** Null until the run has begun. */
  #begun: PoolStart | null = null;
  #isClosing = false;
  /** At the last look for hanging workers: one that is held does not hang. */
  #heldBeat = Infinity;

  constructor(options: WorkerPoolOptions) {
    this.#o = options;
    this.plans.set(options.first.number, options.first.plan);
    this.#slots = Array.from({ length: options.size }, (_, i) => ({
      place: i,
      lanes: shareOf(options.lanes, i, options.size),
      link: null,
      reading: null,
      openBeat: 0,
      seenBeat: 0,
    }));
  }

  /** Starts all threads, or none; none sends before `begin`. */
  async open(): Promise<void> {
    const started = await Promise.allSettled(
      this.#slots.map((slot) => this.#spawn(slot)),
    );
    const failed = started.find(({ status }) => status === "rejected");
    if (failed?.status !== "rejected") return;
    for (const { link } of this.#slots) link?.terminate();
    throw failed.reason;
  }

  /** Lets all workers send from the run's first beat on. */
  begin(start: PoolStart): void {
    this.#begun = start;
    for (const { link } of this.#slots) link?.start(this.#startPoint(0));
  }

  /** Makes one more plan ready in every worker, present and future. */
  async addPlan(next: NumberedPlan): Promise<void> {
    this.plans.set(next.number, next.plan);
    this.#forgetPlans();
    // All have answered before the first refusal is reported, so none is still
    // busy.
    const answers = await Promise.allSettled(
      this.#slots.map(({ link }) => link?.addPlan(next)),
    );
    const refused = answers.find(({ status }) => status === "rejected");
    if (refused?.status !== "rejected") return;
    // A later worker must not try to open what cannot be opened.
    this.plans.delete(next.number);
    throw refused.reason;
  }

  /** Tells all workers what the setup has captured; those to come hear of it when they are made. */
  setUp(): void {
    const { setup } = this.#o;
    if (setup === undefined) return;
    for (const { link } of this.#slots) link?.setUp(setup.values);
  }

  /** Workers that there should be. */
  get size(): number {
    return this.#slots.length;
  }

  /** Workers that are alive. */
  get up(): number {
    return this.#slots.filter((slot) => slot.link !== null).length;
  }

  /** Whether every worker alive has taken so many events, or will before it sends anything. */
  haveSeen(events: number): boolean {
    return this.#slots.every((slot) => hasSeen(slot, events));
  }

  /** Whether every beat up to and including `beat` was made, or is missed. */
  haveMade(beat: number): boolean {
    return this.madeBeat > beat;
  }

  /** The first beat that was not made by all, and is not missed. */
  get madeBeat(): number {
    return Math.min(...this.#slots.map(nextBeat));
  }

  /** Gives up workers that hang; meant for once a second. */
  check(currentBeat: number): void {
    const heldBeat = this.#heldBeat;
    this.#heldBeat = this.#o.shared.heldBeat;
    for (const slot of this.#slots) {
      const behind = stillBehind(slot, { currentBeat, heldBeat });
      if (behind < STUCK_BEATS) continue;
      this.#lose(slot, `no sign of life for ${behind / SLOTS_PER_SEC} s`);
    }
  }

  /** Ends all workers and closes their accounts. */
  async close(endBeat: number): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#slots.map(({ link }) => link?.close()));
    const second = this.#second();
    for (const slot of this.#slots) {
      slot.link?.terminate();
      slot.reading?.settle({
        missed: "stopped",
        failed: "aborted",
        second,
      });
      if (slot.link === null) this.#countLost(slot, endBeat);
      else slot.openBeat = nextBeat(slot);
      slot.link = null;
      slot.reading = null;
    }
  }

  async #spawn(slot: PoolSlot): Promise<void> {
    const { totals: { collector, layout }, spawn } = this.#o;
    const stats = createRegion(layout);
    const options = this.#options(slot, stats);
    let wasLost = false;
    const link = await spawn(options, {
      lost: (why) => {
        wasLost = true;
        this.#lose(slot, why);
      },
      warn: this.#o.warnOnce,
      failing: (batch) => this.#o.totals.reasons.hear(batch),
    });
    await catchUp(link, { plans: this.plans, made: options.plans });
    // The run may have ended meanwhile.
    if (wasLost || this.#isClosing) return link.terminate();
    // They may have come meanwhile.
    if (this.#o.setup) link.setUp(this.#o.setup.values);
    slot.link = link;
    slot.reading = collector.attach(stats);
  }

  /** Drops the plans that no beat needs any more. */
  #forgetPlans(): void {
    const { firstPlan } = this.#o.traffic;
    for (const number of this.plans.keys()) {
      if (number < firstPlan) this.plans.delete(number);
    }
  }

  #options(slot: PoolSlot, stats: SharedArrayBuffer): SenderOptions {
    const { pacing, userAgent, shared, size, totals } = this.#o;
    this.#forgetPlans();
    return {
      plans: [...this.plans].map(([number, plan]) => ({ number, plan })),
      pacing,
      userAgent,
      stats,
      shared: shared.buffer,
      targetsMax: totals.layout.targets,
      lanes: slot.lanes,
      place: slot.place,
      workers: size,
      parts: this.#o.parts,
      setup: this.#o.setup?.values ?? null,
    };
  }

  /** Where a worker begins, with all events so far. */
  #startPoint(beat: number): StartPoint {
    const { traffic, shared } = this.#o;
    return {
      beat,
      history: traffic.history(),
      eventsSeen: shared.eventCount,
      leaptBeat: this.#leaptBeat(),
    };
  }

  #lose(slot: PoolSlot, why: string): void {
    const { link, reading } = slot;
    if (link === null || reading === null || this.#isClosing) return;
    link.terminate();
    slot.openBeat = nextBeat(slot);
    slot.link = null;
    slot.reading = null;
    const second = this.#second();
    const open = reading.settle({
      missed: "worker_lost",
      failed: "aborted",
      second,
    });
    this.#o.shared.leave(open.requests);
    this.#o.shared.leaveJourneys(open.journeys);
    this.#o.warn(describeLoss(why, open));
    void this.#replace(slot);
  }

  async #replace(slot: PoolSlot): Promise<void> {
    try {
      await this.#spawn(slot);
    } catch (error) {
      this.#o.warn(`Cannot replace a worker: ${messageOf(error)}`);
    }
    const begun = this.#begun;
    if (this.#isClosing || begun === null) return;
    if (slot.link === null) {
      // Done now, while the changes of those beats are still known.
      const made = Math.min(this.#leaptBeat(), this.#o.shared.endBeat);
      this.#countLost(slot, made);
      this.#o.clock.after(RESPAWN_MS, () => void this.#replace(slot));
      return;
    }
    // What is held cannot be counted yet.
    const held = Math.max(slot.openBeat, this.#o.shared.heldBeat);
    const first = Math.min(begun.planClock.soonestBeat(), held);
    this.#countLost(slot, Math.min(first, this.#o.shared.endBeat));
    slot.link.start(this.#startPoint(first));
  }

  /** Counts the beats before `endBeat` that no worker made. */
  #countLost(slot: PoolSlot, endBeat: number): void {
    if (this.#begun === null || endBeat <= slot.openBeat) return;
    countLostBeats({ from: slot.openBeat, to: endBeat }, {
      ...this.#o,
      timeline: this.#begun.planClock.timeline,
      plans: this.plans,
      lanes: slot.lanes,
    });
    slot.openBeat = endBeat;
  }

  /** The last beat whose leap of plan time is part of the traffic. */
  #leaptBeat(): number {
    return this.#begun?.cursor.lastBeat ?? -1;
  }

  #second(): number {
    return this.#begun?.planClock.second() ?? 0;
  }
}
