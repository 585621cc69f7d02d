import assert from "node:assert/strict";
import {
  ask,
  type Bus,
  BusTime,
  countingEvents,
  Dues,
  endSlotOf,
  eventsOfPart,
  FLEET_VERSION,
  FleetMember,
  type FleetRow,
  joinPart,
  type MemberHead,
  mergeParts,
  type PartHead,
  trafficEventOf,
} from "../../src/fleet/mod.ts";
import { dueIn } from "../../src/merge/mod.ts";
import { testRandom } from "../laws/statistics.ts";
import { FakeClock } from "../sim/fake_clock.ts";
import { planWith } from "../sim/plans.ts";
import { FakeBus, FakeServer } from "./fake_bus.ts";
import { FakeProcess } from "./fake_process.ts";
import { FakeSender } from "./fake_sender.ts";

const START_MS = 1_000_000;
const FIRE_MS = START_MS + 5000;
const LENGTH_MS = 20_000;
/** Everything is well for so long at the end, so that what can be told is told. */
const CALM_MS = 8000;
const RATE = 150;

/** How a random history may go. */
export interface HistoryOptions {
  readonly seed: number;
  readonly parts: number;
  readonly onBusLoss: "continue" | "hold";
}

interface Incarnation {
  readonly id: string;
  readonly process: FakeProcess;
  readonly bus: FakeBus<PartHead>;
  sender: FakeSender | null;
  member: FleetMember<PartHead> | null;
  /** Alone while another one of its name had begun. */
  wasAlone: boolean;
}

/** A fleet in simulated time, to which anything may happen. */
export class History {
  readonly clock = new FakeClock(START_MS, START_MS);
  readonly server = new FakeServer<PartHead>(this.clock);
  readonly plan = planWith({ pattern: { base: RATE, rampUpMs: 3000 } });
  readonly row: FleetRow;
  readonly parts: Incarnation[][];
  readonly log: string[] = [];
  readonly #random: () => number;
  readonly #o: HistoryOptions;
  #authored = 0;

  constructor(options: HistoryOptions) {
    this.#o = options;
    this.#random = testRandom(options.seed);
    this.row = {
      version: FLEET_VERSION,
      id: "r1",
      kar: "0",
      plan: "sha",
      parts: options.parts,
      fireMs: FIRE_MS,
      fireSlot: 77_000,
      durationMs: LENGTH_MS,
    };
    this.server.row = this.row;
    this.parts = Array.from({ length: options.parts }, () => []);
  }

  /** Lets all parts begin, anything happen, and all be well at the end. */
  async run(): Promise<void> {
    this.parts.forEach((_, i) => {
      if (this.#chance(0.95)) {
        this.#at(this.#between(0, 4000), () => this.begin(i));
      }
    });
    for (let i = 0; i < this.#between(0, 6); i++) {
      this.#at(this.#between(4000, 22_000), () => this.#anything());
    }
    for (let i = 0; i < this.#between(0, 4); i++) {
      this.#at(this.#between(3000, 22_000), () => this.#author());
    }
    await this.clock.run(5000 + LENGTH_MS);
    for (const all of this.parts) {
      for (const { bus, process } of all) {
        bus.isCut = bus.isDeaf = false;
        if (process.isStopped && !process.isDead) process.goOn();
      }
    }
    this.server.isDown = false;
    await this.clock.run(CALM_MS);
  }

  /** Starts a process of a part. */
  begin(part: number): void {
    const node = `n${part}`;
    const process = new FakeProcess(this.clock, this.#between(-40, 40));
    const wayMs = this.#between(0.1, 30);
    const bus = new FakeBus<PartHead>(this.server, {
      wayMs: () => wayMs * this.#between(0.5, 2),
      after: (ms, task) => process.after(ms, task),
    });
    const id = `${node}.${this.parts[part]!.length}`;
    const one: Incarnation = {
      ...{ id, process, bus, sender: null, member: null, wasAlone: false },
    };
    this.parts[part]!.push(one);
    this.#note(`${id} begins`);
    this.#join(one, part + 1, node).catch((error) =>
      this.#note(`${id}: ${error}`)
    );
  }

  async #join(one: Incarnation, part: number, node: string): Promise<void> {
    const { process, bus, id } = one;
    const { row, plan } = this;
    const time = new BusTime(process, await bus.clockLook(() => process.now()));
    const by = { node, incarnation: id, host: "h", run: row.id };
    const joined = await joinPart({ bus, clock: process, time, row, part, by });
    const counting = countingEvents(row, joined.events);
    const events = eventsOfPart(counting, { late: [], own: [] });
    const { horizon: hold, notBefore } = joined;
    const sender = new FakeSender({
      ...{ process, time, plan, row, part, events, hold, notBefore },
    });
    one.sender = sender;
    const told = ({ late, ...head }: MemberHead): PartHead => ({
      ...head,
      own: [],
      offers: [],
      spans: [...joined.spans, {
        ...{ node, host: "h", incarnation: id, fromSlot: sender.fromSlot },
        madeUpTo: sender.madeUpTo,
        over: 0,
        ...{ late, eventSeq: head.eventSeq },
        isOver: sender.isOver,
      }],
    });
    const member = new FleetMember<PartHead>({
      ...{ bus, clock: process, time, row, joined, sender, told },
      onBusLoss: this.#o.onBusLoss,
      say: (line) => this.#note(`${id}: ${line}`),
      displaced: (by) => this.#note(`${id} gives way to ${by?.incarnation}`),
    });
    sender.isAlone = () => member.isAlone;
    one.member = member;
    member.start();
  }

  #anything(): void {
    const part = Math.floor(this.#between(0, this.parts.length));
    const one = this.parts[part]!.at(-1);
    const forMs = this.#between(100, 7000);
    const what = Math.floor(this.#between(0, 6));
    this.#note(`${one?.id ?? part}: ${WHAT[what]} for ${forMs.toFixed(0)}`);
    if (what === 0) {
      this.server.isDown = true;
      this.#at(forMs, () => this.server.isDown = false);
    }
    if (what === 1) this.#at(forMs, () => this.begin(part));
    if (one === undefined) return;
    if (what === 1 && this.#chance(0.7)) one.process.kill();
    if (what === 2) {
      one.process.stop();
      this.#at(forMs, () => one.process.goOn());
    }
    if (what === 3 || what === 4) {
      const key = what === 3 ? "isCut" : "isDeaf";
      one.bus[key] = true;
      this.#at(forMs, () => one.bus[key] = false);
    }
    if (what === 5) one.process.kill();
  }

  #author(): void {
    const process = new FakeProcess(this.clock, this.#between(-40, 40));
    const bus: Bus = new FakeBus<PartHead>(this.server, {
      wayMs: () => this.#between(0.1, 400),
      after: (ms, task) => process.after(ms, task),
    });
    const kinds = this.#chance(0.1) ? ENDS : CHANGES;
    const kind = kinds[Math.floor(this.#between(0, kinds.length))]!;
    const some = this.#between(1.2, 3);
    const part = 1 + Math.floor(this.#between(0, this.parts.length));
    const value = { base: 300, stop: 0, drain: part }[kind as string] ?? some;
    const asked = { kind, value, durationMs: 2000 };
    bus.clockLook(() => process.now()).then(async (look) => {
      const time = new BusTime(process, look);
      const who = `author ${++this.#authored}`;
      const stored = await ask(
        { bus, clock: process, time, row: this.row, who },
        asked,
      );
      this.#note(`event ${stored.seq} ${kind} at ${stored.slot}`);
    }).catch((error) => this.#note(`author: ${error}`));
  }

  /** What must hold at the end, whatever has happened. */
  check(): void {
    const { plan, row, server } = this;
    const run = { plan, row, events: server.events };
    const told = [...server.told.values()];
    const end = endSlotOf(row, countingEvents(row, server.events));
    const view = mergeParts(run, told, { upTo: end });
    const beyond = view.late.reduce((sum, { beyond }) => sum + beyond, 0);
    const common = countingEvents(row, server.events)
      .flatMap((event) => trafficEventOf(event) ?? []);
    const planned = this.parts.reduce(
      (sum, _, i) =>
        sum + new Dues().due({ plan, row, events: common }, {
          ...{ part: i + 1, from: row.fireSlot, to: end },
        }),
      0,
    );
    const seen = this.parts.reduce(
      (sum, _, i) => sum + this.#confirmed(i, told),
      0,
    );
    assert.equal(
      seen + dueIn(view.holes),
      planned + beyond,
      "what is missing is named",
    );
    this.parts.forEach((_, i) => this.#checkPart(i));
  }

  /** What a part has made and told. */
  #confirmed(i: number, told: readonly PartHead[]): number {
    const head = told.find(({ part }) => part === i + 1);
    let sum = 0;
    for (const span of head?.spans ?? []) {
      const { made } = this.parts[i]!.find(({ id }) => id === span.incarnation)!
        .sender!;
      const own = made.filter(({ slot }) => slot < span.madeUpTo);
      assert.equal(
        own.length,
        span.madeUpTo - span.fromSlot,
        "slots are made in order",
      );
      sum += own.reduce((sum, { due }) => sum + due, 0);
    }
    return sum;
  }

  #checkPart(i: number): void {
    const made = new Map<number, boolean>();
    for (const { sender } of this.parts[i]!) {
      for (const { slot, isAlone } of sender?.made ?? []) {
        const other = made.get(slot);
        // The one exception has a name: cut off, while another one of its name began.
        const isExcused = this.#o.onBusLoss === "continue" &&
          (isAlone || other === true);
        assert.ok(
          other === undefined || isExcused,
          `slot ${slot} was made twice`,
        );
        made.set(slot, isAlone || other === true);
      }
    }
  }

  #at(inMs: number, task: () => void): void {
    this.clock.after(inMs, task);
  }

  #note(line: string): void {
    const { fireSlot, fireMs } = this.row;
    const slot = fireSlot + Math.floor((this.clock.now() - fireMs) / 100);
    this.log.push(`${slot} ${line}`);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #between(from: number, to: number): number {
    return from + (to - from) * this.#random();
  }
}

const CHANGES = ["pause", "resume", "scale", "spike", "base"] as const;
const ENDS = ["stop", "drain"] as const;
const WHAT = ["bus down", "restart", "stopped", "cut", "deaf", "killed"];
