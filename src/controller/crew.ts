import { ArrivalSource, Digest, shareOf, targetOf } from "../arrivals/mod.ts";
import { type Clock, messageOf, SLOT_MS } from "../base/mod.ts";
import { PHASES, type Traffic } from "../pattern/mod.ts";
import type { Plan } from "../plan/mod.ts";
import { createRegion, type WorkerReading } from "../stats/mod.ts";
import type {
  SenderLink,
  SenderOptions,
  SendPlan,
  Shared,
  Spawn,
} from "../worker/mod.ts";
import type { Ledger } from "./ledger.ts";
import type { PlanTime } from "./plan_time.ts";

/** A worker that made no slot for this long is stuck, in slots. */
const STUCK_SLOTS = 50;
/** Wait before a lost worker is replaced again. */
const RESPAWN_MS = 1000;
/** The first slot of a replacement lies this far ahead. */
const REPLACED_SLOTS_AHEAD = 2;

/** What a crew needs. */
export interface CrewOptions {
  /** The run's first plan. */
  readonly first: SendPlan;
  readonly userAgent: string;
  readonly lanes: readonly number[];
  readonly size: number;
  readonly clock: Clock;
  readonly spawn: Spawn;
  readonly shared: Shared;
  readonly ledger: Ledger;
  readonly traffic: Traffic;
  readonly warn: (line: string) => void;
}

/** One place in the crew. */
interface Member {
  readonly lanes: readonly number[];
  link: SenderLink | null;
  reading: WorkerReading | null;
  /** The first slot that nobody has made; null = the run's first. */
  openSlot: number | null;
}

/**
 * The workers of a run. One that dies or hangs is replaced; the slots that
 * nobody made meanwhile are counted as due and missed `worker_lost`.
 */
export class Crew {
  readonly #o: CrewOptions;
  readonly #members: Member[];
  readonly #plans: SendPlan[];
  /** Null until the run has begun. */
  #planTime: PlanTime | null = null;
  #isClosing = false;

  constructor(options: CrewOptions) {
    this.#o = options;
    this.#plans = [options.first];
    this.#members = Array.from({ length: options.size }, (_, i) => ({
      lanes: shareOf(options.lanes, i, options.size),
      link: null,
      reading: null,
      openSlot: null,
    }));
  }

  /** Starts all threads, or none; none sends before `begin`. */
  async open(): Promise<void> {
    const started = await Promise.allSettled(
      this.#members.map((member) => this.#spawn(member)),
    );
    const failed = started.find(({ status }) => status === "rejected");
    if (failed?.status !== "rejected") return;
    for (const { link } of this.#members) link?.terminate();
    throw failed.reason;
  }

  /** Lets all workers send from the run's first slot on. */
  begin(planTime: PlanTime): void {
    this.#planTime = planTime;
    const { startSlot, runStartMs } = planTime;
    for (const member of this.#members) {
      member.openSlot = startSlot;
      const first = { slot: startSlot, segment: 0 };
      member.link?.start({ first, runStartMs });
    }
  }

  /** Makes one more plan ready in every worker, present and future. */
  async addPlan(plan: SendPlan): Promise<void> {
    this.#plans.push(plan);
    await Promise.all(this.#members.map(({ link }) => link?.addPlan(plan)));
  }

  /** Workers that are alive. */
  get up(): number {
    return this.#members.filter((member) => member.link !== null).length;
  }

  /** Whether every worker alive has taken so many events. */
  haveSeen(events: number): boolean {
    return this.#members.every(({ reading }) =>
      reading === null || reading.eventsSeen >= events
    );
  }

  /** Whether every slot up to and including `slot` was made, or is missed. */
  haveMade(slot: number): boolean {
    return this.#members.every((member) => lastMade(member) === slot);
  }

  /** Gives up workers that hang; meant for once a second. */
  check(currentSlot: number): void {
    for (const member of this.#members) {
      const behind = currentSlot - lastMade(member);
      // A jump back makes it negative, a jump ahead large for one look at most.
      const isStuck = behind > STUCK_SLOTS &&
        this.#planTime?.isJumping === false;
      if (isStuck) this.#lose(member, `no sign of life for ${behind / 10} s`);
    }
  }

  /** Ends all workers and closes their accounts. */
  async close(endSlot: number): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#members.map(({ link }) => link?.close()));
    const second = this.#second();
    for (const member of this.#members) {
      member.link?.terminate();
      member.reading?.settle({ missed: "stopped", failed: "aborted", second });
      if (member.link === null) this.#countLost(member, endSlot);
      member.link = null;
      member.reading = null;
    }
  }

  async #spawn(member: Member): Promise<void> {
    const { ledger: { collector, layout }, spawn } = this.#o;
    const stats = createRegion(layout);
    const options = this.#options(member, stats);
    let wasLost = false;
    const link = await spawn(options, (why) => {
      wasLost = true;
      this.#lose(member, why);
    });
    // The run may have ended meanwhile.
    if (wasLost || this.#isClosing) return link.terminate();
    member.link = link;
    member.reading = collector.attach(stats);
  }

  #options(member: Member, stats: SharedArrayBuffer): SenderOptions {
    const { userAgent, shared, size, traffic, ledger } = this.#o;
    return {
      plans: this.#plans,
      userAgent,
      stats,
      shared: shared.buffer,
      targetsMax: ledger.layout.targets,
      lanes: member.lanes,
      workers: size,
      history: traffic.events.history(),
      eventsSeen: shared.eventCount,
    };
  }

  #lose(member: Member, why: string): void {
    const { link, reading } = member;
    if (link === null || reading === null || this.#isClosing) return;
    link.terminate();
    member.link = null;
    member.reading = null;
    if (reading.heartbeatSlot > 0) member.openSlot = reading.heartbeatSlot + 1;
    const second = this.#second();
    const open = reading.settle({
      missed: "worker_lost",
      failed: "aborted",
      second,
    });
    this.#o.shared.leave(open);
    this.#o.warn(
      `Worker lost: ${why}; ${open} requests aborted, replacing it`,
    );
    void this.#replace(member);
  }

  async #replace(member: Member): Promise<void> {
    try {
      await this.#spawn(member);
    } catch (error) {
      this.#o.warn(`Cannot replace a worker: ${messageOf(error)}`);
    }
    const planTime = this.#planTime;
    if (this.#isClosing || planTime === null) return;
    if (member.link === null) {
      this.#o.clock.after(RESPAWN_MS, () => void this.#replace(member));
      return;
    }
    const { runStartMs } = planTime;
    const here = planTime.here();
    const first = { ...here, slot: here.slot + REPLACED_SLOTS_AHEAD };
    this.#countLost(member, Math.min(first.slot, this.#o.shared.endSlot));
    member.link.start({ first, runStartMs });
  }

  /** Counts the slots that nobody made, up to and without `endSlot`. */
  #countLost(member: Member, endSlot: number): void {
    const { traffic, ledger: { collector, layout } } = this.#o;
    const sources = this.#plans.map(({ plan }) => this.#sourceOf(plan, member));
    for (let slot = member.openSlot ?? endSlot; slot < endSlot; slot++) {
      const list = sources[traffic.events.at(slot).plan]!.slot(slot);
      const phase = PHASES.indexOf(traffic.partsAt(slot).phase);
      const second = this.#secondOf(slot);
      for (let i = 0; i < list.length; i++) {
        const block = layout.block(targetOf(list.at(i)), phase);
        collector.addMissed(block, { count: 1, reason: "worker_lost", second });
      }
      const digest = new Digest();
      digest.addSlot(slot, list.view(), list.length);
      collector.addDigest(digest.lo, digest.hi);
    }
    member.openSlot = endSlot;
  }

  #secondOf(slot: number): number {
    const planTime = this.#planTime;
    if (planTime === null) return 0;
    const startMs = planTime.timeline.startOf({ ...planTime.here(), slot });
    return planTime.secondAt(startMs + SLOT_MS / 2);
  }

  #second(): number {
    return this.#planTime?.secondAt(this.#o.clock.now()) ?? 0;
  }

  #sourceOf(plan: Plan, { lanes }: Member): ArrivalSource {
    const rateAt = (slot: number) => this.#o.traffic.partsAt(slot).rate;
    return new ArrivalSource({ plan, lanes, rateAt });
  }
}

/** The last slot whose requests were made, or are counted as missed. */
function lastMade({ reading, openSlot }: Member): number {
  const slot = reading?.heartbeatSlot ?? 0;
  return slot > 0 ? slot : (openSlot ?? 0) - 1;
}
