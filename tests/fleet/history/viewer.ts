import { PlanChain } from "../../../src/cli/fleet/plan/plan_chain.ts";
import type { Session } from "../../../src/cli/fleet/session.ts";
import { Heard } from "../../../src/cli/watch/heard.ts";
import { UNTOLD_MS } from "../../../src/cli/watch/merged_view.ts";
import {
  BusTime,
  Dues,
  type FleetRow,
  mergeParts,
  type PartHead,
  type PartsView,
  slotAtMs,
} from "../../../src/fleet/mod.ts";
import type { Plan } from "../../../src/plan/mod.ts";
import type { FakeBus } from "../fake_bus.ts";
import type { FakeProcess } from "../fake_process.ts";

const LOOK_MS = 1000;

/** Who listens to all parts from the beginning, and counts on from what it counted before. */
export class FakeViewer {
  #heard: Heard | null = null;
  #time: BusTime | null = null;
  readonly #plans: PlanChain;
  readonly #dues = new Dues();

  constructor(
    readonly o: {
      readonly process: FakeProcess;
      readonly bus: FakeBus<PartHead>;
      readonly row: FleetRow;
      readonly plan: Plan;
    },
  ) {
    this.#plans = new PlanChain(o.bus, o.plan);
  }

  /** Looks once a second, whether or not the bus answers. */
  async begin(): Promise<void> {
    const { process, bus, row } = this.o;
    const look = await bus.clockLook(() => process.now());
    this.#time = new BusTime(process, look);
    const session = { bus, clock: process, time: this.#time };
    this.#heard = new Heard(session as unknown as Session, row);
    this.#again();
  }

  /** What it shows after the end; null = it never began. */
  async last(): Promise<PartsView | null> {
    if (this.#heard === null) return null;
    await this.#read(() => this.#heard!.read());
    return this.#view(Infinity, () => false);
  }

  #again(): void {
    this.o.process.after(LOOK_MS, async () => {
      const heard = this.#heard!;
      await this.#read(() => heard.readEvents());
      const slot = slotAtMs(this.o.row, this.#time!.nowMs());
      this.#view(slot - UNTOLD_MS / 100, (part) => heard.isTelling(part));
      this.#again();
    });
  }

  async #read(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      await this.#plans.follow(this.o.row, this.#heard!.events);
    } catch {
      // What is known stays.
    }
  }

  #view(upTo: number, isTelling: (part: number) => boolean): PartsView {
    const { row } = this.o;
    const { first: plan, later } = this.#plans;
    const events = this.#plans.knownOf(row, this.#heard!.events);
    return mergeParts({ plan, later, row, events }, this.#heard!.told, {
      ...{ upTo, isTelling, dues: this.#dues },
    });
  }
}
