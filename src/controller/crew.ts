import { shareOf } from "../arrivals/mod.ts";
import { type Clock, messageOf, SLOTS_PER_SEC } from "../base/mod.ts";
import type { Traffic } from "../pattern/mod.ts";
import type { PickedPacing } from "../plan/mod.ts";
import { createRegion, type WorkerReading } from "../stats/mod.ts";
import type {
  NumberedPlan,
  SenderLink,
  SenderOptions,
  SendPlan,
  Shared,
  Spawn,
  StartPoint,
} from "../worker/mod.ts";
import type { Ledger } from "./ledger.ts";
import { countLostBeats } from "./lost_beats.ts";
import type { PlanTime } from "./plan_time.ts";

/** A worker that made no beat for this long is stuck, in beats. */
const STUCK_BEATS = 50;
/** Wait before a lost worker is replaced again. */
const RESPAWN_MS = 1000;

/** What a crew needs. */
export interface CrewOptions {
  /** The run's first plan. */
  readonly first: NumberedPlan;
  readonly pacing: PickedPacing;
  readonly userAgent: string;
  readonly lanes: readonly number[];
  readonly size: number;
  readonly clock: Clock;
  readonly spawn: Spawn;
  readonly shared: Shared;
  readonly ledger: Ledger;
  readonly traffic: Traffic;
  /** The last beat whose leap of plan time `traffic` has made. */
  readonly leaptBeat: () => number;
  readonly warn: (line: string) => void;
  /** The same, for what all workers have to say. */
  readonly warnOnce: (line: string) => void;
}

/** One place in the crew. */
interface Member {
  readonly place: number;
  readonly lanes: readonly number[];
  link: SenderLink | null;
  reading: WorkerReading | null;
  /** The first beat that nobody has made. */
  openBeat: number;
  /** The next beat to make, as of the last look. */
  seenBeat: number;
}

/**
 * The workers of a run. One that dies or hangs is replaced; the beats that
 * nobody made meanwhile are counted as due and missed `worker_lost`.
 */
export class Crew {
  readonly #o: CrewOptions;
  readonly #members: Member[];
  /** Those that somebody still needs, by number. */
  readonly #plans = new Map<number, SendPlan>();
  /** Null until the run has begun. */
  #planTime: PlanTime | null = null;
  #isClosing = false;

  constructor(options: CrewOptions) {
    this.#o = options;
    this.#plans.set(options.first.number, options.first.plan);
    this.#members = Array.from({ length: options.size }, (_, i) => ({
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
      this.#members.map((member) => this.#spawn(member)),
    );
    const failed = started.find(({ status }) => status === "rejected");
    if (failed?.status !== "rejected") return;
    for (const { link } of this.#members) link?.terminate();
    throw failed.reason;
  }

  /** Lets all workers send from the run's first beat on. */
  begin(planTime: PlanTime): void {
    this.#planTime = planTime;
    for (const { link } of this.#members) link?.start(this.#startPoint(0));
  }

  /** Makes one more plan ready in every worker, present and future. */
  async addPlan(next: NumberedPlan): Promise<void> {
    this.#plans.set(next.number, next.plan);
    this.#forgetPlans();
    // All have answered before the first refusal is told: none is still busy.
    const answers = await Promise.allSettled(
      this.#members.map(({ link }) => link?.addPlan(next)),
    );
    const refused = answers.find(({ status }) => status === "rejected");
    if (refused?.status !== "rejected") return;
    // A worker that comes later must not try to open what cannot be opened.
    this.#plans.delete(next.number);
    throw refused.reason;
  }

  /** Workers that there should be. */
  get size(): number {
    return this.#members.length;
  }

  /** Workers that are alive. */
  get up(): number {
    return this.#members.filter((member) => member.link !== null).length;
  }

  /** Whether every worker alive has taken so many events, or will before it sends anything. */
  haveSeen(events: number): boolean {
    return this.#members.every(({ reading }) =>
      reading === null || reading.beatsMade === 0 ||
      reading.eventsSeen >= events
    );
  }

  /** Whether every beat up to and including `beat` was made, or is missed. */
  haveMade(beat: number): boolean {
    return this.#members.every((member) => nextBeat(member) > beat);
  }

  /** Gives up workers that hang; meant for once a second. */
  check(currentBeat: number): void {
    for (const member of this.#members) {
      const next = nextBeat(member);
      // Where the whole process was frozen all are behind, and none hangs.
      const isStill = next === member.seenBeat;
      member.seenBeat = next;
      const behind = currentBeat - next;
      if (behind < STUCK_BEATS || !isStill) continue;
      this.#lose(member, `no sign of life for ${behind / SLOTS_PER_SEC} s`);
    }
  }

  /** Ends all workers and closes their accounts. */
  async close(endBeat: number): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#members.map(({ link }) => link?.close()));
    const second = this.#second();
    for (const member of this.#members) {
      member.link?.terminate();
      member.reading?.settle({ missed: "stopped", failed: "aborted", second });
      if (member.link === null) this.#countLost(member, endBeat);
      member.link = null;
      member.reading = null;
    }
  }

  async #spawn(member: Member): Promise<void> {
    const { ledger: { collector, layout }, spawn } = this.#o;
    const stats = createRegion(layout);
    const options = this.#options(member, stats);
    let wasLost = false;
    const link = await spawn(options, {
      lost: (why) => {
        wasLost = true;
        this.#lose(member, why);
      },
      warn: this.#o.warnOnce,
      failing: (batch) => this.#o.ledger.reasons.hear(batch),
    });
    await this.#catchUp(link, options.plans);
    // The run may have ended meanwhile.
    if (wasLost || this.#isClosing) return link.terminate();
    member.link = link;
    member.reading = collector.attach(stats);
  }

  /** Makes the plans ready that came while a worker was being made. */
  async #catchUp(
    link: SenderLink,
    made: readonly NumberedPlan[],
  ): Promise<void> {
    const known = new Set(made.map(({ number }) => number));
    try {
      // Meets those, too, that come while it waits.
      for (const [number, plan] of this.#plans) {
        if (!known.has(number)) await link.addPlan({ number, plan });
      }
    } catch (error) {
      link.terminate();
      throw error;
    }
  }

  /** Lets go of the plans that no beat needs any more. */
  #forgetPlans(): void {
    const { firstPlan } = this.#o.traffic;
    for (const number of this.#plans.keys()) {
      if (number < firstPlan) this.#plans.delete(number);
    }
  }

  #options(member: Member, stats: SharedArrayBuffer): SenderOptions {
    const { pacing, userAgent, shared, size, ledger } = this.#o;
    this.#forgetPlans();
    return {
      plans: [...this.#plans].map(([number, plan]) => ({ number, plan })),
      pacing,
      userAgent,
      stats,
      shared: shared.buffer,
      targetsMax: ledger.layout.targets,
      lanes: member.lanes,
      place: member.place,
      workers: size,
    };
  }

  /** Where a worker begins, with all that was asked for until now. */
  #startPoint(beat: number): StartPoint {
    const { traffic, shared, leaptBeat } = this.#o;
    return {
      beat,
      history: traffic.history(),
      eventsSeen: shared.eventCount,
      leaptBeat: leaptBeat(),
    };
  }

  #lose(member: Member, why: string): void {
    const { link, reading } = member;
    if (link === null || reading === null || this.#isClosing) return;
    link.terminate();
    member.openBeat = nextBeat(member);
    member.link = null;
    member.reading = null;
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
      // While the changes of those beats are still known.
      const made = Math.min(this.#o.leaptBeat(), this.#o.shared.endBeat);
      this.#countLost(member, made);
      this.#o.clock.after(RESPAWN_MS, () => void this.#replace(member));
      return;
    }
    const first = planTime.soonestBeat();
    this.#countLost(member, Math.min(first, this.#o.shared.endBeat));
    member.link.start(this.#startPoint(first));
  }

  /** Counts the beats that nobody made, up to and without `endBeat`. */
  #countLost(member: Member, endBeat: number): void {
    if (this.#planTime === null || endBeat <= member.openBeat) return;
    const { traffic, ledger } = this.#o;
    const { timeline } = this.#planTime;
    const { lanes, openBeat: from } = member;
    countLostBeats({ from, to: endBeat }, {
      timeline,
      traffic,
      ledger,
      plans: this.#plans,
      lanes,
    });
    member.openBeat = endBeat;
  }

  #second(): number {
    return this.#planTime?.second() ?? 0;
  }
}

/** The first beat whose requests were neither made nor counted as missed. */
function nextBeat({ reading, openBeat }: Member): number {
  return Math.max(reading?.beatsMade ?? 0, openBeat);
}
