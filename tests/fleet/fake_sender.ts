import { ArrivalSource, Digest, lanesOf } from "../../src/arrivals/mod.ts";
import {
  ARMED,
  EventLog,
  type Pattern,
  Traffic,
  type TrafficEvent,
} from "../../src/pattern/mod.ts";
import { mergePlans, type Plan } from "../../src/plan/mod.ts";
import {
  type BusTime,
  type FleetRow,
  slotAtMs,
  slotBeginMs,
} from "../../src/fleet/mod.ts";
import type { ReadyPlan, Steering } from "../../src/run/mod.ts";
import type { FakeProcess } from "./fake_process.ts";

/** Slots are made this long before they begin, as feeds do. */
const AHEAD_MS = 5;
/** Between two looks whether a slot may be made by now. */
const HELD_MS = 10;
/** Slots ahead of the current one that no worker has made. */
const SOONEST = 2;

/** A slot that was sent, and what of. */
export interface MadeSlot {
  readonly slot: number;
  readonly due: number;
  /** Of its arrivals, with their targets. */
  readonly digest: string;
  /** Whether the part was alone then. */
  readonly isAlone: boolean;
}

/** Options of a `FakeSender`. */
export interface FakeSenderOptions {
  readonly process: FakeProcess;
  readonly time: BusTime;
  readonly row: FleetRow;
  readonly part: number;
  /** The one that is sent, with the targets of those before it. */
  readonly plan: Plan;
  readonly former: readonly Pattern[];
  readonly events: readonly TrafficEvent[];
  readonly hold: number;
  readonly notBefore: number;
  /** How long it takes to make a plan ready. */
  readonly readyMs: () => number;
}

/** A run's side of a member, made of the functions that send: slot after slot, as far as it may. */
export class FakeSender implements Pick<Steering, "plan" | "preparePlan"> {
  readonly made: MadeSlot[] = [];
  readonly fromSlot: number;
  isAlone: () => boolean = () => false;
  #next: number;
  #hold: number;
  #end = Infinity;
  #isHalted = false;
  readonly #traffic: Traffic;
  /** Those that its workers have, by their numbers here. */
  readonly #plans = new Map<number, Plan>();
  #plan: Plan;
  /** The last number that was given to a plan. */
  #number: number;
  #source: { readonly number: number; readonly of: ArrivalSource } | null =
    null;
  #lastSlot = -Infinity;
  #preparing: Promise<unknown> = Promise.resolve();

  constructor(readonly o: FakeSenderOptions) {
    const { row, plan, former, time } = o;
    const now = slotAtMs(row, time.wall());
    this.fromSlot = this.#next = Math.max(o.notBefore, now + 3);
    this.#hold = o.hold;
    this.#plan = plan;
    this.#number = former.length;
    this.#plans.set(this.#number, plan);
    const log = new EventLog({ base: ARMED, changes: [] });
    this.#traffic = new Traffic([...former, plan.pattern], log);
    this.#apply({ slot: row.fireSlot, kind: "fire", value: 0, durationMs: 0 });
    for (const event of o.events) this.#apply(event);
    this.#later();
  }

  /** The one in force, or about to be. */
  get plan(): Plan {
    return this.#plan;
  }

  preparePlan(plan: Plan): Promise<ReadyPlan> {
    const ready = this.#preparing.then(async () => {
      const behind = this.#plan;
      const merged = mergePlans(behind, plan);
      await new Promise<void>((resolve) =>
        this.o.process.after(this.o.readyMs(), resolve)
      );
      const number = ++this.#number;
      this.#traffic.addPattern(number, merged.pattern);
      this.#plans.set(number, merged);
      return { number, behind, plan: merged };
    });
    this.#preparing = ready.catch(() => {});
    return ready;
  }

  get madeUpTo(): number {
    return this.#next;
  }

  get isOver(): boolean {
    return this.#next >= this.#end;
  }

  holdFrom(slot: number): number {
    this.#hold = Math.max(slot, this.#unmade());
    return this.#hold;
  }

  applyAt(event: TrafficEvent): number {
    const least = this.#unmade();
    // What lies before the hold may have been made, what lies behind it not.
    const slot = event.slot >= least ? event.slot : least;
    if (event.kind === "plan") this.#plan = this.#plans.get(event.value)!;
    return this.#apply({ ...event, slot });
  }

  endAt(slot: number): void {
    this.#end = Math.min(this.#end, Math.max(slot, this.#unmade()));
  }

  halt(): void {
    this.#isHalted = true;
  }

  /** The first slot that certainly no worker has made. */
  #unmade(): number {
    const { row, time } = this.o;
    return this.#hold === Infinity
      ? slotAtMs(row, time.wall()) + SOONEST
      : this.#hold;
  }

  #apply(event: TrafficEvent): number {
    const slot = Math.max(event.slot, this.#lastSlot);
    this.#lastSlot = slot;
    this.#traffic.events.append({ ...event, slot });
    return slot;
  }

  #later(): void {
    const { process, time, row } = this.o;
    const makeAtMs = slotBeginMs(row, this.#next) - AHEAD_MS;
    const waitMs = Math.max(0, makeAtMs - time.wall());
    process.workerAfter(Math.max(waitMs, HELD_MS / 10), () => this.#work());
  }

  #work(): void {
    const { process, time, row } = this.o;
    for (;;) {
      if (this.#isHalted || this.#next >= this.#end) return;
      if (slotBeginMs(row, this.#next) - AHEAD_MS > time.wall()) break;
      if (this.#next >= this.#hold) {
        process.workerAfter(HELD_MS, () => this.#work());
        return;
      }
      const slot = this.#next++;
      this.made.push({
        slot,
        ...this.#arrivals(slot),
        isAlone: this.isAlone(),
      });
    }
    this.#later();
  }

  #arrivals(slot: number): Pick<MadeSlot, "due" | "digest"> {
    const { part, row: { parts: count } } = this.o;
    const number = this.#traffic.events.at(slot).plan;
    if (this.#source?.number !== number) {
      const plan = this.#plans.get(number);
      if (plan === undefined) throw new Error(`No worker has plan ${number}`);
      const lanes = lanesOf({ index: part, count });
      const traffic = this.#traffic;
      this.#source = {
        number,
        of: new ArrivalSource({ plan, lanes, traffic }),
      };
    }
    const list = this.#source.of.slot(slot);
    return { due: list.length, digest: digestOf(slot, list) };
  }
}

/** What is sent in a slot, in few letters. */
export function digestOf(
  slot: number,
  list: ReturnType<ArrivalSource["slot"]>,
): string {
  const digest = new Digest();
  digest.addSlot(slot, list.view(), list.length);
  return digest.toString();
}
