import { type Cancel, messageOf } from "../base/mod.ts";
import { AwakeTime } from "./awake.ts";
import type { BusLook } from "./bus.ts";
import { CLOCK_ERROR_WARN_MS } from "./bus_time.ts";
import type { MemberOptions } from "./sender.ts";
import { horizonOf, LEAD_MS, slotAtMs } from "./dates.ts";
import { endSlotOf, EventOrder, trafficEventOf } from "./events.ts";
import type { LateEvent, PartHead, StoredEvent } from "./types.ts";
import { LATE_EVENTS_MAX } from "./wire.ts";

/** Time between two looks at the bus. */
const LOOK_MS = 250;
const TELL_MS = 1000;
/** Sooner than usual where others wait for it, for example for the news that an event is known. */
const TELL_SOON_MS = 50;
const TICK_MS = 50;
const CLOCK_MS = 10_000;
/** What is left of the horizon when a member stops waiting for the bus. */
const RESERVE_MS = 400;
/** It waits at least this long: a slow connection is not a lost one. */
const PATIENCE_MS_MIN = 600;
/** An event is handed over so many slots before its date: until then its own breaker may still act. */
const HAND_OVER_SLOTS = 10;

/**
 * A member of a fleet: looks at the bus, keeps to the horizon, hands events to
 * its sender before their slots, and tells what was sent. Nothing here is
 * awaited on the way to a slot.
 */
export class FleetMember<Told extends PartHead> {
  readonly #o: MemberOptions<Told>;
  readonly #order: EventOrder;
  readonly #awake: AwakeTime;
  /** Events whose slots are still far. */
  readonly #pending: StoredEvent[] = [];
  /** All that were seen and count, which decide the end. */
  readonly #counting: StoredEvent[] = [];
  readonly #late: LateEvent[] = [];
  readonly #cancels = new Map<string, Cancel>();
  #horizon: number;
  /** Awake time when the last answered look was begun. */
  #vouchedMs = 0;
  #isAlone = false;
  /** The bus has been silent for longer than is usual, and that was reported. */
  #isSilent = false;
  /** Why the last look failed; empty = it did not. */
  #why = "";
  #isLooking = false;
  #seq = 0;
  #isOver = false;
  #hasWarnedOfClock = false;

  constructor(options: MemberOptions<Told>) {
    const { joined } = options;
    this.#o = options;
    this.#horizon = joined.horizon;
    this.#awake = new AwakeTime(options.clock.now());
    this.#order = new EventOrder(options.row);
    for (const event of joined.events) {
      const counting = this.#order.take(event);
      // The sender began with them.
      if (counting !== null) this.#counting.push(counting);
    }
  }

  /** Begins to look, and to tell. */
  start(): void {
    this.#end();
    this.#again("tick", TICK_MS, () => this.#tick());
    this.#again("look", LOOK_MS, () => void this.look());
    this.#again("tell", TELL_MS, () => this.tell());
    this.#again("clock", CLOCK_MS, () => void this.#lookAtClock());
    this.#cancels.set("hint", this.#o.bus.onHint(() => void this.look()));
    void this.look();
  }

  /** Stops both. */
  close(): void {
    this.#isOver = true;
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  /** Whether it goes on without the bus. */
  get isAlone(): boolean {
    return this.#isAlone;
  }

  /** Looks at the bus now. */
  async look(): Promise<void> {
    if (this.#isLooking || this.#isOver) return;
    this.#isLooking = true;
    const { bus, joined: { claim }, time } = this.#o;
    const askedMs = time.nowMs();
    const awakeMs = this.#awake.ms;
    try {
      const found = await bus.look(claim.part, this.#order.lastSeq);
      if (!this.#isOver) this.#take(found, { askedMs, awakeMs });
    } catch (error) {
      // The horizon says how long that is no matter.
      this.#why = messageOf(error);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Tells what was sent so far. */
  tell(): void {
    if (this.#isOver) return;
    this.#o.bus.tell(this.snapshot());
  }

  /** The next message, with a number of its own. */
  snapshot(): Told {
    const { row, joined: { claim }, time, told } = this.#o;
    return told({
      run: row.id,
      part: claim.part,
      epoch: claim.epoch,
      seq: ++this.#seq,
      eventSeq: this.#order.lastSeq,
      late: this.#late,
      isAlone: this.#isAlone,
      offsetMs: time.slewLeftMs,
      errorMs: time.errorMs,
    });
  }

  #take(
    { events, claim }: BusLook,
    { askedMs, awakeMs }: {
      readonly askedMs: number;
      readonly awakeMs: number;
    },
  ): void {
    if (claim?.incarnation !== this.#o.joined.claim.incarnation) {
      this.#o.sender.halt();
      this.close();
      return this.#o.displaced(claim);
    }
    if (this.#isSilent) this.#comeBack();
    this.#takeEvents(events);
    const { errorMs } = this.#o.time;
    this.#vouchedMs = awakeMs;
    // An earlier promise still holds, whatever is known of the clock now.
    this.#horizon = Math.max(
      this.#horizon,
      horizonOf(this.#o.row, { askedMs, errorMs }),
    );
    this.#handOver();
  }

  #comeBack(): void {
    this.#isSilent = false;
    this.#why = "";
    if (this.#isAlone) {
      this.#isAlone = false;
      // What the workers may have made stands; from here on they wait for the bus again.
      this.#horizon = this.#o.sender.holdFrom(0);
    }
    this.#o.say("The bus answers again", "info");
  }

  #takeEvents(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (event.seq !== this.#order.lastSeq + 1) continue;
      const counting = this.#order.take(event);
      if (counting === null) continue;
      this.#counting.push(counting);
      if (counting.kind === "stop") this.#o.stopping?.(counting);
      if (trafficEventOf(counting) === null) this.#end();
      else this.#pending.push(counting);
    }
    if (events.length > 0) this.#tellSoon();
  }

  #end(): void {
    const { row, joined: { claim }, sender } = this.#o;
    const end = endSlotOf(row, this.#counting, claim.part);
    if (end !== Infinity) sender.endAt(end);
  }

  /** Gives the sender the events whose slots are near, and lets it go on up to the next one. */
  #handOver(): void {
    const { sender, row, time } = this.#o;
    const now = slotAtMs(row, time.nowMs());
    while (
      this.#pending.length > 0 &&
      this.#pending[0]!.slot <= now + HAND_OVER_SLOTS
    ) {
      const event = this.#pending.shift()!;
      const { seq, slot } = event;
      const heldSlot = sender.applyAt(trafficEventOf(event)!);
      if (heldSlot !== slot) this.#noteLate({ seq, slot, heldSlot });
    }
    const next = this.#pending[0]?.slot ?? Infinity;
    const horizon = this.#isAlone ? Infinity : this.#horizon;
    sender.holdFrom(Math.min(next, horizon));
  }

  #noteLate(event: LateEvent): void {
    if (this.#late.length < LATE_EVENTS_MAX) this.#late.push(event);
    const slots = event.heldSlot - event.slot;
    this.#o.say(
      `Change ${event.seq} was taken ${
        slots / 10
      } s late: the bus was away when it was asked for`,
      "warn",
    );
  }

  #tick(): void {
    this.#awake.tick(this.#o.clock.now());
    const silentMs = this.#awake.ms - this.#vouchedMs;
    const patienceMs = Math.max(
      PATIENCE_MS_MIN,
      LEAD_MS - RESERVE_MS - this.#o.time.errorMs,
    );
    if (!this.#isSilent && silentMs > patienceMs) this.#loseBus();
    this.#handOver();
  }

  #loseBus(): void {
    this.#isSilent = true;
    this.#isAlone = this.#o.onBusLoss === "continue";
    const what = this.#why === ""
      ? "The bus does not answer"
      : `The bus cannot be asked (${this.#why})`;
    const next = this.#isAlone
      ? "this part goes on alone"
      : "this part sends nothing until it can (fleet.on_bus_loss: hold)";
    this.#o.say(`${what}: ${next}`, "warn");
  }

  async #lookAtClock(): Promise<void> {
    const { bus, clock, time, say } = this.#o;
    try {
      const look = await bus.clockLook(() => clock.now());
      time.take(look);
      const isBad = look.errorMs > CLOCK_ERROR_WARN_MS;
      if (isBad && !this.#hasWarnedOfClock) {
        say(
          `The bus's clock is known to ${
            look.errorMs.toFixed(0)
          } ms only: the way to it is slow`,
          "warn",
        );
      }
      this.#hasWarnedOfClock ||= isBad;
    } catch {
      // The earlier result is used, with an error that grows.
    }
  }

  #tellSoon(): void {
    if (this.#cancels.has("soon")) return;
    const cancel = this.#o.clock.after(TELL_SOON_MS, () => {
      this.#cancels.delete("soon");
      this.tell();
    });
    this.#cancels.set("soon", cancel);
  }

  #again(name: string, everyMs: number, task: () => void): void {
    const next = () => {
      this.#cancels.set(
        name,
        this.#o.clock.after(everyMs, () => {
          if (this.#isOver) return;
          next();
          task();
        }),
      );
    };
    next();
  }
}
