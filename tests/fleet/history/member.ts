import { checkGoesOn, optionsOf } from "../../../src/cli/fleet/join_fleet.ts";
import { FleetPlans } from "../../../src/cli/fleet/plan/fleet_plans.ts";
import { PlanChain } from "../../../src/cli/fleet/plan/plan_chain.ts";
import type { Session } from "../../../src/cli/fleet/session.ts";
import { NO_SOURCES } from "../../../src/transport/mod.ts";
import {
  BusTime,
  FleetMember,
  type FleetRow,
  type JoinedPart,
  joinPart,
  type MemberHead,
  type PartHead,
  slotAtMs,
  tellLast,
  type ToldSpan,
} from "../../../src/fleet/mod.ts";
import type { Plan } from "../../../src/plan/mod.ts";
import type { FakeBus } from "../fake_bus.ts";
import type { FakeProcess } from "../fake_process.ts";
import { FakeSender } from "../fake_sender.ts";
import { planFor } from "./plans.ts";

/** What a process of a part is started with. */
export interface FakeMemberOptions {
  /** Its name, drawn anew for each. */
  readonly id: string;
  readonly part: number;
  readonly process: FakeProcess;
  readonly bus: FakeBus<PartHead>;
  readonly row: FleetRow;
  /** That of the run's row. */
  readonly plan: Plan;
  /** Stretches of its part that the bus knew when it was started. */
  readonly before: readonly ToldSpan[];
  readonly onBusLoss: "continue" | "hold";
  readonly readyMs: () => number;
  readonly note: (line: string) => void;
}

/** A process that sends a part: the real member and its plans, before a sender in simulated time. */
export class FakeMember {
  sender: FakeSender | null = null;
  member: FleetMember<PartHead> | null = null;
  /** Why it has ended before its run; null = it has not. */
  ended: string | null = null;
  #plans: FleetPlans | null = null;

  constructor(readonly o: FakeMemberOptions) {}

  /** Claims its part, and begins to send. */
  async join(): Promise<void> {
    const { process, bus, row, plan, part, id } = this.o;
    const look = await bus.clockLook(() => process.now());
    const time = new BusTime(process, look);
    if ((await bus.readRun())?.id !== row.id) throw new Error("another run");
    const plans = new PlanChain(bus, plan);
    const session = { bus, time, address: {} } as unknown as Session;
    await plans.follow(row, await checkGoesOn(session, { row, part }));
    await this.#load(plans);
    const { last } = plans;
    const by = { node: `n${part}`, incarnation: id, host: "h", run: row.id };
    const joined = await joinPart({ bus, clock: process, time, row, part, by });
    await plans.follow(row, joined.events);
    if (plans.last !== last) await this.#load(plans);
    this.#begin({ time, joined, plans });
  }

  /** What was told of it last, as it is now. */
  snapshot(): PartHead | null {
    return this.member?.snapshot() ?? null;
  }

  /** It is displaced, or cannot send what holds. */
  #end(why: string): void {
    if (this.ended !== null) return;
    this.ended = why;
    this.o.note(why);
    this.#plans!.close();
    this.sender!.halt();
    this.member!.close();
    const { isLastWord } = this.member!;
    tellLast(this.o.bus, this.member!.snapshot(), isLastWord).catch(() => {});
  }

  async #load(plans: PlanChain): Promise<void> {
    const { row, part } = this.o;
    if (plans.last !== plans.first) planFor(part, await plans.lastText(row));
  }

  #begin(
    { time, joined, plans }: {
      readonly time: BusTime;
      readonly joined: JoinedPart;
      readonly plans: PlanChain;
    },
  ): void {
    const { process, bus, row, part, onBusLoss, readyMs, note } = this.o;
    const session = { bus, clock: process, time } as unknown as Session;
    const { steered } = optionsOf({
      ...{ session, row, plans },
      // Its predecessor has no counts here.
      joined: { ...joined, before: null },
    });
    const { events, former = [], notBeforeMs, heldSlot: hold } = steered!;
    const sender = this.sender = new FakeSender({
      ...{ process, time, row, part, plan: plans.last, former, events, hold },
      ...{ notBefore: slotAtMs(row, notBeforeMs), readyMs },
    });
    const own = this.#plans = new FleetPlans({
      ...{ session, steering: sender },
      load: (text) => Promise.resolve(loaded(planFor(part, text))),
      answered: () => this.member!.planReady(),
      cannot: (why) => this.#end(`cannot send what holds: ${why}`),
    });
    const member = this.member = new FleetMember<PartHead>({
      ...{ bus, clock: process, time, row, joined, plans: own, onBusLoss },
      sender: {
        holdFrom: (slot) => sender.holdFrom(slot),
        applyAt: (event, plan) =>
          sender.applyAt(
            plan === undefined
              ? event
              : { ...event, value: own.numberOf(plan) },
          ),
        endAt: (slot) => sender.endAt(slot),
        halt: () => sender.halt(),
      },
      told: (head) => this.#told(head, joined),
      say: note,
      displaced: (by) => this.#end(`gives way to ${by?.incarnation}`),
    });
    sender.isAlone = () => member.isAlone;
    member.start();
  }

  #told({ late, ...head }: MemberHead, joined: JoinedPart): PartHead {
    const { fromSlot, madeUpTo, isOver } = this.sender!;
    const { node, host, incarnation } = joined.claim;
    return {
      ...{ ...head, own: [], offers: this.#plans!.answers },
      spans: [...joined.spans, {
        ...{ node, host, incarnation, fromSlot, madeUpTo, over: 0 },
        ...{ eventSeq: head.eventSeq, late, isOver },
      }],
    };
  }
}

function loaded(plan: Plan) {
  return {
    ...{ plan, variables: {}, sources: NO_SOURCES, warnings: [] },
    located: (error: unknown) => error,
  };
}
