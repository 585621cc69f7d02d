import { KarError, messageOf } from "../../base/mod.ts";
import { AwakeTime } from "./awake.ts";
import type { BusLook } from "../bus.ts";
import { ClockWatch } from "./clock_watch.ts";
import type { MemberOptions } from "./sender.ts";
import { horizonOf, LEAD_MS, READY_MS, slotAtMs } from "../dates.ts";
import {
  endSlotOf,
  EventOrder,
  trafficEventOf,
  unreadText,
} from "../events.ts";
import type { PartHead, StoredEvent } from "../types.ts";
import { LateEvents } from "./late_events.ts";
import { Timers } from "./timers.ts";

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
/** Changes that nobody can read are told so often, each once. */
const UNREAD_LINES_MAX = 5;

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
  readonly #late: LateEvents;
  readonly #timers: Timers;
  readonly #clock: ClockWatch;
  #horizon: number;
  /** The first slot that the sender surely has not made, as it said last. */
  #unmade: number;
  /** Awake time when the last answered look was begun. */
  #vouchedMs = 0;
  /** The same by the bus's clock. */
  #vouchedAtMs: number;
  /** Whether the bus said at the last look that it keeps nothing of the run. */
  #isLost = false;
  #isAlone = false;
  /** The bus has been silent for longer than is usual, and that was reported. */
  #isSilent = false;
  /** Why the last look failed; empty = it did not. */
  #why = "";
  #isLooking = false;
  #seq = 0;
  #isOver = false;
  #unread = 0;
  /** What of the last telling was left out, or why there was none; null = all was told. */
  #untold: string | null = null;

  constructor(options: MemberOptions<Told>) {
    const { joined } = options;
    this.#o = options;
    this.#timers = new Timers(options.clock);
    this.#clock = new ClockWatch(options);
    this.#late = new LateEvents(options);
    this.#vouchedAtMs = options.time.nowMs();
    this.#horizon = this.#unmade = joined.horizon;
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
    const timers = this.#timers;
    timers.every("tick", TICK_MS, () => this.#tick());
    timers.every("look", LOOK_MS, () => void this.look());
    timers.every("tell", TELL_MS, () => this.tell());
    timers.every("clock", CLOCK_MS, () => void this.#clock.look());
    timers.keep("hint", this.#o.bus.onHint(() => void this.look()));
    this.#prepareOffered();
    void this.look();
  }

  /** Stops both. */
  close(): void {
    this.#isOver = true;
    this.#timers.close();
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
      this.#isLost = error instanceof KarError && error.exit === "notRunning";
    } finally {
      this.#isLooking = false;
    }
  }

  /**
   * Whether no process that took its place can have told anything: the bus keeps
   * the last message of a part, whoever tells it.
   */
  get isLastWord(): boolean {
    const age = this.#o.time.nowMs() - this.#vouchedAtMs;
    return this.#isLost || age < LEAD_MS - READY_MS;
  }

  /** Tells what was sent so far. */
  tell(): void {
    if (this.#isOver || !this.isLastWord) return;
    const untold = this.#o.bus.tell(this.snapshot());
    if (untold !== null && untold !== this.#untold) {
      this.#o.say(untold, "warn");
    }
    this.#untold = untold;
  }

  /** Tells it in a moment, since somebody waits for it. */
  tellSoon(): void {
    this.#timers.once("soon", TELL_SOON_MS, () => this.tell());
  }

  /** Hands over what has waited for a plan that is ready now. */
  planReady(): void {
    if (this.#isOver) return;
    this.#handOver();
    this.tellSoon();
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
      late: this.#late.with(this.#pending, this.#unmade),
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
    this.#vouchedAtMs = askedMs;
    this.#isLost = false;
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
      if (event.kind === "unread") this.#sayUnread(event);
      const counting = this.#order.take(event);
      if (counting === null) continue;
      this.#counting.push(counting);
      if (counting.plan !== undefined) this.#o.plans?.prepare(counting.plan);
      if (counting.kind === "stop") this.#o.stopping?.(counting);
      if (trafficEventOf(counting) === null) this.#end(counting);
      else this.#pending.push(counting);
    }
    if (events.length > 0) this.tellSoon();
  }

  /** A plan that was offered before it joined, and may be asked for. */
  #prepareOffered(): void {
    const last = this.#counting.findLast(({ plan }) => plan !== undefined);
    if (last?.kind === "offer") this.#o.plans?.prepare(last.plan!);
  }

  #sayUnread(event: StoredEvent): void {
    if (++this.#unread > UNREAD_LINES_MAX) return;
    const isLast = this.#unread === UNREAD_LINES_MAX;
    const more = isLast ? "; more such changes are not told" : "";
    this.#o.say(`${unreadText(event)}${more}`, "warn");
  }

  /** @param event what may have moved the end */
  #end(event?: StoredEvent): void {
    const { row, joined: { claim }, sender } = this.#o;
    const end = endSlotOf(row, this.#counting, claim.part);
    if (end !== Infinity) sender.endAt(end);
    const isWhy = event?.slot === end &&
      endSlotOf(row, [event], claim.part) === end;
    if (isWhy) this.#late.noteEnd(event, this.#horizon);
  }

  /** Gives the sender the events whose slots are near, and lets it go on up to the next one. */
  #handOver(): void {
    const { sender, row, time } = this.#o;
    const now = slotAtMs(row, time.nowMs());
    while (
      this.#pending.length > 0 &&
      this.#pending[0]!.slot <= now + HAND_OVER_SLOTS &&
      this.#isReady(this.#pending[0]!)
    ) {
      const event = this.#pending.shift()!;
      const { seq, slot, plan } = event;
      const heldSlot = sender.applyAt(trafficEventOf(event)!, plan);
      if (heldSlot !== slot) this.#late.note({ seq, slot, heldSlot });
    }
    const next = this.#pending[0]?.slot ?? Infinity;
    const horizon = this.#isAlone ? Infinity : this.#horizon;
    this.#unmade = sender.holdFrom(Math.min(next, horizon));
  }

  /** Without its plan no slot of it is made. */
  #isReady({ kind, plan }: StoredEvent): boolean {
    const { plans } = this.#o;
    return kind !== "plan" || plans === undefined || plans.isReady(plan!);
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
}
