import {
  type DatedEvent,
  FLEET_VERSION,
  type FleetAsk,
  type FleetRow,
  type PartHead,
  type StoredEvent,
} from "../../../src/fleet/mod.ts";
import type { Plan } from "../../../src/plan/mod.ts";
import { testRandom } from "../../laws/statistics.ts";
import { FakeClock } from "../../sim/fake_clock.ts";
import { FakeBus, FakeServer } from "../fake_bus.ts";
import { FakeProcess } from "../fake_process.ts";
import { askAll, type FakeWish } from "./author.ts";
import { FakeMember } from "./member.ts";
import { type PlanOnBus, planOnBus, type PlanWish } from "./plans.ts";
import { FakeViewer } from "./viewer.ts";

const START_MS = 1_000_000;
const FIRE_MS = START_MS + 5000;
const LENGTH_MS = 20_000;
/** Everything is well for so long at the end, so that what can be told is told. */
const CALM_MS = 8000;
const RATE = 150;

/** How a history may go. */
export interface HistoryOptions {
  readonly seed: number;
  readonly parts: number;
  readonly onBusLoss: "continue" | "hold";
  readonly arrivals?: Plan["arrivals"];
}

/** A change that was answered. */
export interface Answered {
  readonly event: StoredEvent;
  /** Processes whose parts have confirmed it. */
  readonly confirmed: readonly FakeMember[];
}

/** A part that cannot send a plan. */
interface Refusal {
  readonly part: number;
  readonly atMs: number;
}

/** A plan that was asked for, and who was heard at the end that cannot send it. */
interface Reloaded {
  readonly event: StoredEvent;
  readonly refusal: Refusal;
}

/** A fleet in simulated time, to which anything may happen. */
export class History {
  readonly clock = new FakeClock(START_MS, START_MS);
  readonly server = new FakeServer<PartHead>(this.clock);
  readonly row: FleetRow;
  /** Processes of each part, the first one first. */
  readonly parts: FakeMember[][];
  readonly viewer: FakeViewer;
  readonly log: string[] = [];
  readonly answered: Answered[] = [];
  /** What was told last of each part, by whoever hears all. */
  readonly told = new Map<number, PartHead>();
  /** Plans that were asked for although a part cannot send them. */
  readonly reloaded: Reloaded[] = [];
  /** What happened how often. */
  readonly counts = new Map<string, number>();
  readonly random: () => number;
  readonly o: HistoryOptions;
  /** Plans of the run, by their hashes. */
  readonly #plans = new Map<string, PlanOnBus>();
  readonly #first: PlanOnBus;
  /** Which part was heard that cannot send a plan, and since when, by the plan's hash. */
  readonly #refused = new Map<string, Refusal>();
  /** What an emptied store had held; null = it was not emptied. */
  #lost: readonly StoredEvent[] | null = null;
  /** Whether the bus has lost the text of a plan. */
  hasLostPlans = false;
  #authored = 0;

  constructor(options: HistoryOptions) {
    const { seed, parts, arrivals = "poisson" } = options;
    this.o = options;
    this.random = testRandom(Math.imul(seed + 1, 0x9e3779b1));
    this.#first = this.planOf({ base: RATE, target: "first", arrivals });
    this.row = {
      ...{ version: FLEET_VERSION, id: "r1", kar: "0" },
      ...{ plan: this.#first.sha, parts, fireMs: FIRE_MS, fireSlot: 77_000 },
      durationMs: LENGTH_MS,
    };
    this.server.row = this.row;
    this.server.plans.set(this.#first.sha, this.#first.text);
    this.server.hears.add((told) => this.#hear(told));
    this.parts = Array.from({ length: parts }, () => []);
    const process = this.process();
    this.viewer = new FakeViewer({
      ...{ process, bus: this.#bus(process, 30), row: this.row },
      plan: this.#first.plan,
    });
    void this.viewer.begin();
  }

  /** Hears all that is told. */
  #hear(told: PartHead): void {
    if (told.run !== this.row.id) return;
    const { part } = told;
    for (const [plan, refusal] of this.#refused) {
      const isLeft = told.offers.some((offer) => offer.plan === plan);
      // It is offered anew, and nothing is said of it yet.
      if (refusal.part === part && !isLeft) this.#refused.delete(plan);
    }
    for (const { plan, why } of told.offers) {
      if (why === null || this.#refused.has(plan)) continue;
      this.#refused.set(plan, { part, atMs: this.clock.now() });
    }
    const known = this.told.get(told.part);
    const isOlder = known !== undefined && (told.epoch < known.epoch ||
      (told.epoch === known.epoch && told.seq < known.seq));
    if (!isOlder) this.told.set(told.part, told);
  }

  /** A plan that this run may have. */
  planOf(wish: PlanWish): PlanOnBus {
    const plan = planOnBus(wish);
    this.#plans.set(plan.sha, plan);
    return plan;
  }

  /** The plan of a hash. */
  planBy(sha: string): Plan {
    return this.#plans.get(sha)!.plan;
  }

  /** All that was stored for this run, also what the store has lost. */
  get stored(): readonly StoredEvent[] {
    return this.#lost ?? this.server.events;
  }

  get isEmptied(): boolean {
    return this.#lost !== null;
  }

  /** Starts a process of a part, from 0. */
  begin(part: number): FakeMember {
    const process = this.process();
    const id = `n${part}.${this.parts[part]!.length}`;
    const { spans: before = [] } = this.server.told.get(part + 1) ?? {};
    const note = (line: string) => this.note(`${id}: ${line}`);
    const one = new FakeMember({
      ...{ id, part: part + 1, process, bus: this.#bus(process, 30), note },
      ...{ row: this.row, plan: this.#first.plan, before },
      onBusLoss: this.o.onBusLoss,
      readyMs: () => this.between(1, 300),
    });
    this.parts[part]!.push(one);
    this.note(`${id} begins`);
    one.join().catch((error) => note(`${error}`));
    return one;
  }

  /** Asks all parts for something. */
  async ask(wish: FakeWish, wayMs = 400): Promise<StoredEvent | null> {
    const process = this.process();
    const bus = this.#bus(process, wayMs);
    const who = `author ${++this.#authored}`;
    try {
      const { event, missing } = await askAll(
        { process, bus, row: this.row, who },
        wish,
      );
      const { seq, kind, slot } = event;
      const refusal = this.#refused.get(event.plan!);
      if ("reload" in wish && refusal) this.reloaded.push({ event, refusal });
      const names = missing.map(({ part }) => part);
      this.note(`event ${seq} ${kind} at ${slot}, not known by: ${names}`);
      const held = new Set([...this.server.claims.keys()]);
      const confirmed = this.parts.flatMap((all, i) =>
        held.has(i + 1) && !names.includes(i + 1) ? all.slice(-1) : []
      );
      this.answered.push({ event, confirmed });
      return event;
    } catch (error) {
      this.note(`${who}: ${error}`);
      this.count("asked in vain");
      return null;
    }
  }

  /** Asks for a plan that nobody was offered. */
  askPlan({ text, sha }: PlanOnBus, wayMs = 400): Promise<StoredEvent | null> {
    this.server.plans.set(sha, text);
    const ask: FleetAsk = { kind: "plan", value: 0, durationMs: 0, plan: sha };
    return this.ask({ ask }, wayMs);
  }

  /** Stores an event at once, as it is. */
  store(event: Omit<DatedEvent, "who">): void {
    const seq = this.server.events.length + 1;
    const storedMs = this.clock.now();
    this.server.events.push({ ...event, who: "test", seq, storedMs });
    for (const hint of this.server.hints) hint();
  }

  /** The bus loses all that it holds. */
  emptyStore(): void {
    this.#lost ??= [...this.server.events];
    this.hasLostPlans = true;
    this.server.empty();
  }

  /** The bus loses the texts of all plans. */
  losePlans(): void {
    this.hasLostPlans = true;
    this.server.plans.clear();
  }

  /** Lets time pass until the end, and lets all be well there. */
  async finish(): Promise<void> {
    const endMs = START_MS + 5000 + LENGTH_MS;
    await this.clock.run(Math.max(0, endMs - this.clock.now()));
    for (const { o: { bus, process } } of this.parts.flat()) {
      bus.isCut = bus.isDeaf = bus.hasNoPlans = false;
      if (process.isStopped && !process.isDead) process.goOn();
    }
    this.viewer.o.bus.isCut = false;
    this.server.isDown = false;
    await this.clock.run(CALM_MS);
  }

  /** A process on a machine of its own. */
  process(): FakeProcess {
    return new FakeProcess(this.clock, this.between(-40, 40));
  }

  at(inMs: number, task: () => void): void {
    this.clock.after(inMs, task);
  }

  note(line: string): void {
    const { fireSlot, fireMs } = this.row;
    const slot = fireSlot + Math.floor((this.clock.now() - fireMs) / 100);
    this.log.push(`${slot} ${line}`);
  }

  count(what: string, more = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + more);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.random();
  }

  one<T>(all: readonly T[]): T {
    return all[Math.floor(this.between(0, all.length))]!;
  }

  #bus(process: FakeProcess, wayMs: number): FakeBus<PartHead> {
    const usualMs = this.between(0.1, wayMs);
    return new FakeBus<PartHead>(this.server, {
      wayMs: () => usualMs * this.between(0.5, 2),
      after: (ms, task) => process.after(ms, task),
    });
  }
}
