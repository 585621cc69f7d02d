import { ArrivalSource, lanesOf } from "../../src/arrivals/mod.ts";
import {
  ARMED,
  EventLog,
  Traffic,
  type TrafficEvent,
} from "../../src/pattern/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import {
  type BusTime,
  type FleetRow,
  slotAtMs,
  slotBeginMs,
} from "../../src/fleet/mod.ts";
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
  /** Whether the part was alone then. */
  readonly isAlone: boolean;
}

/** A run's side of a member, made of the functions that send: slot after slot, as far as it may. */
export class FakeSender {
  readonly made: MadeSlot[] = [];
  readonly fromSlot: number;
  isAlone: () => boolean = () => false;
  #next: number;
  #hold: number;
  #end = Infinity;
  #isHalted = false;
  readonly #traffic: Traffic;
  readonly #source: ArrivalSource;
  #lastSlot = -Infinity;

  constructor(
    readonly o: {
      readonly process: FakeProcess;
      readonly time: BusTime;
      readonly plan: Plan;
      readonly row: FleetRow;
      readonly part: number;
      readonly events: readonly TrafficEvent[];
      readonly hold: number;
      readonly notBefore: number;
    },
  ) {
    const { row, plan, part, time } = o;
    const now = slotAtMs(row, time.wall());
    this.fromSlot = this.#next = Math.max(o.notBefore, now + 3);
    this.#hold = o.hold;
    const log = new EventLog({ base: ARMED, changes: [] });
    this.#traffic = new Traffic([plan.pattern], log);
    this.#apply({ slot: row.fireSlot, kind: "fire", value: 0, durationMs: 0 });
    for (const event of o.events) this.#apply(event);
    this.#source = new ArrivalSource({
      plan,
      lanes: lanesOf({ index: part, count: row.parts }),
      traffic: this.#traffic,
    });
    this.#later();
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
      const due = this.#source.slot(slot).length;
      this.made.push({ slot, due, isAlone: this.isAlone() });
    }
    this.#later();
  }
}
