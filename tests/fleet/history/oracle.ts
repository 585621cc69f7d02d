import { ArrivalSource, lanesOf } from "../../../src/arrivals/mod.ts";
import { type EventKind, EventLog, Traffic } from "../../../src/pattern/mod.ts";
import type {
  FleetRow,
  LateEvent,
  StoredEvent,
} from "../../../src/fleet/mod.ts";
import { mergePlans, type Plan } from "../../../src/plan/mod.ts";
import { digestOf, type MadeSlot } from "../fake_sender.ts";

const SLOT_MS = 100;
const LEAD_MS = 2000;
const AHEAD_MS_MAX = 3_600_000;

/** What a part should have sent in a slot. */
export type Wanted = Pick<MadeSlot, "due" | "digest">;

/** An event with the slot from which it holds. */
interface Held extends Omit<StoredEvent, "kind"> {
  readonly kind: EventKind | "stop" | "drain";
}

/**
 * What must have been sent, from what the bus has stored: the rules written a
 * second time, by nothing of the fleet's own.
 */
export class Oracle {
  /** The first slot that nobody may send. */
  readonly end: number;
  readonly #row: FleetRow;
  /** Events that hold, in the order in which they were stored. */
  readonly held: readonly Held[];
  /** Events that hold nowhere, beside offers. */
  readonly voids: number;
  /** By the numbers that `plan` events have. */
  readonly #plans: readonly Plan[];
  readonly #wanted = new Map<string, Map<number, Wanted>>();

  /** @param planOf what a hash of the run stands for */
  constructor(
    row: FleetRow,
    stored: readonly StoredEvent[],
    planOf: (sha: string) => Plan,
  ) {
    this.#row = row;
    this.held = heldOf(row, stored);
    const offers = stored.filter(({ kind }) => kind === "offer").length;
    this.voids = stored.length - offers - this.held.length;
    const plans = [planOf(row.plan)];
    for (const { kind, plan } of this.held) {
      if (kind === "plan") plans.push(mergePlans(plans.at(-1)!, planOf(plan!)));
    }
    this.#plans = plans;
    const stops = this.held.filter(({ kind }) => kind === "stop");
    this.end = Math.min(
      row.fireSlot + row.durationMs! / SLOT_MS,
      ...stops.map(({ slot }) => slot),
    );
  }

  /** The first slot that a part does not send. */
  endOf(part: number): number {
    const drains = this.held.filter(({ kind, value }) =>
      kind === "drain" && value === part
    );
    return Math.min(this.end, ...drains.map(({ slot }) => slot));
  }

  /** All that a part should send, also what it was told not to. */
  plannedOf(part: number): number {
    let sum = 0;
    for (let slot = this.#row.fireSlot; slot < this.end; slot++) {
      sum += this.wanted({ part, late: [], knownSeq: Infinity }, slot).due;
    }
    return sum;
  }

  /** What a part should send in a slot that has heard of some events late, and of others never. */
  wanted(
    { part, late, knownSeq }: {
      readonly part: number;
      readonly late: readonly LateEvent[];
      readonly knownSeq: number;
    },
    slot: number,
  ): Wanted {
    const name = `${part} ${knownSeq} ${JSON.stringify(late)}`;
    const all = this.#wanted.get(name) ??
      this.#make(part, this.#taken(late, knownSeq));
    this.#wanted.set(name, all);
    return all.get(slot)!;
  }

  #taken(late: readonly LateEvent[], knownSeq: number): Held[] {
    const slots = new Map(late.map(({ seq, heldSlot }) => [seq, heldSlot]));
    return this.held.filter(({ seq }) => seq <= knownSeq)
      .map((event) => ({ ...event, slot: slots.get(event.seq) ?? event.slot }))
      .sort((a, b) => a.slot - b.slot);
  }

  #make(part: number, events: readonly Held[]): Map<number, Wanted> {
    const { fireSlot, durationMs, parts } = this.#row;
    const log = new EventLog();
    log.append({ slot: fireSlot, kind: "fire", value: 0, durationMs: 0 });
    for (const { kind, ...event } of events) {
      if (kind !== "stop" && kind !== "drain") log.append({ ...event, kind });
    }
    const traffic = new Traffic(this.#plans.map(({ pattern }) => pattern), log);
    const area = traffic.newArea();
    const lanes = lanesOf({ index: part, count: parts });
    const sources = this.#plans.map((plan) =>
      new ArrivalSource({ plan, lanes, traffic, area })
    );
    const made = new Map<number, Wanted>();
    for (let i = 0; i < durationMs! / SLOT_MS; i++) {
      const slot = fireSlot + i;
      const list = sources[log.at(slot).plan]!.slot(slot);
      made.set(slot, { due: list.length, digest: digestOf(slot, list) });
    }
    return made;
  }
}

/** The events that hold, in the order in which they were stored. */
function heldOf(row: FleetRow, stored: readonly StoredEvent[]): Held[] {
  const held: Held[] = [];
  let last = -Infinity;
  let plans = 0;
  for (const event of stored) {
    const { kind } = event;
    if (kind === "unread" || kind === "offer") continue;
    const beginsMs = row.fireMs + (event.slot - row.fireSlot) * SLOT_MS;
    const aheadMs = beginsMs - event.storedMs;
    if (event.slot < row.fireSlot) continue;
    if (!(aheadMs >= LEAD_MS && aheadMs <= AHEAD_MS_MAX)) continue;
    last = Math.max(last, event.slot);
    const value = kind === "plan" ? ++plans : event.value;
    held.push({ ...event, kind, slot: last, value });
  }
  return held;
}
