import { type Clock, isoTime, KarError, slotStartMs } from "../base/mod.ts";
import type { EventKind, Traffic, TrafficEvent } from "../pattern/mod.ts";
import { type Shared, UNREAD_MAX } from "../worker/mod.ts";
import type { PlanClock } from "./plan_clock.ts";

/** Workers look for events once a slot; one that takes longer than this is stuck. */
const CONFIRM_MS_MAX = 1000;
/** Time between two looks for confirmations. */
const CONFIRM_LOOK_MS = 10;
/** Time between two checks whether a leap of plan time is over. */
const LEAP_LOOK_MS = 100;

/** Kinds that may have to wait; fire, pause and resume never do. */
const SETTINGS: readonly EventKind[] = ["base", "max", "scale", "spike"];

/** An event without its date; absent numbers are 0. */
export type Undated = Partial<Omit<TrafficEvent, "slot">> & {
  readonly kind: EventKind;
};

/** Options of an `EventWriter`. */
export interface EventWriterOptions {
  readonly clock: Clock;
  readonly shared: Shared;
  readonly planClock: PlanClock;
  readonly traffic: Traffic;
  /** Whether every worker has taken so many events. */
  readonly haveSeen: (count: number) => boolean;
  /** Whether a leap was decided that some thread has not applied yet. */
  readonly isLeaping: () => boolean;
  readonly log: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** Dates changes to slot edges and tells them to all threads. */
export class EventWriter {
  readonly #o: EventWriterOptions;
  #lastBeat = 0;

  constructor(options: EventWriterOptions) {
    this.#o = options;
  }

  /** Writes an event that has its date already. */
  write(event: Undated & { readonly slot: number }): void {
    const whole = { value: 0, durationMs: 0, ...event };
    this.#o.traffic.events.append(whole);
    this.#o.shared.writeEvent(whole);
  }

  /** Writes events from before the run begins, which have their dates. */
  begin(events: readonly TrafficEvent[]): void {
    for (const event of events) {
      this.write(event);
      this.#lastBeat = event.slot - this.#o.planClock.startSlot;
    }
  }

  /**
   * Writes an event that others have dated: it holds from its slot, or from the
   * first one that certainly no worker has made. Only for runs without leaps of
   * plan time.
   *
   * @returns the slot from which it holds
   */
  apply(event: TrafficEvent): number {
    const { planClock, log } = this.#o;
    const { startSlot } = planClock;
    const least = Math.max(this.#lastBeat, planClock.unmadeBeat());
    const beat = Math.max(event.slot - startSlot, least);
    this.#lastBeat = beat;
    const slot = startSlot + beat;
    this.write({ ...event, slot });
    log(`Fleet: ${event.kind} from ${isoTime(slotStartMs(slot))}`);
    return slot;
  }

  /**
   * Dates an event to the second slot edge from now, and waits until every
   * worker has taken it.
   *
   * @param what the event in words, for the log
   * @param dated is told from which beat it holds, before anyone else
   * @returns the plan time from which it holds
   * @throws {KarError} for a setting, while a worker has not taken many others
   */
  async date(
    event: Undated,
    { what, dated }: {
      readonly what: string;
      readonly dated?: (beat: number) => void;
    },
  ): Promise<number> {
    const { planClock, log } = this.#o;
    await this.settled();
    if (SETTINGS.includes(event.kind)) this.#checkRoom();
    // Never before the last one, even if plan time is slewed back a little.
    const beat = Math.max(this.#lastBeat, planClock.soonestBeat());
    this.#lastBeat = beat;
    const { slot } = planClock.timeline.at(beat);
    dated?.(beat);
    this.write({ slot, ...event });
    const heldMs = slotStartMs(slot);
    log(`${what} from ${isoTime(heldMs)}`);
    await this.#confirmed();
    return heldMs;
  }

  /** Waits until no leap is ahead: until then, threads do not agree on the slot that is meant. */
  async settled(): Promise<void> {
    while (this.#o.isLeaping()) await this.#pause(LEAP_LOOK_MS);
  }

  #checkRoom(): void {
    const { shared, haveSeen } = this.#o;
    if (haveSeen(shared.eventCount - UNREAD_MAX)) return;
    throw new KarError(
      "cannotStart",
      `Cannot take another change: a worker has not taken in the last ${UNREAD_MAX}; ask again in a second`,
    );
  }

  async #confirmed(): Promise<void> {
    // Before their first slot, workers take all events that there are.
    if (this.#o.planClock.isWaiting) return;
    const count = this.#o.shared.eventCount;
    for (let ms = 0; ms < CONFIRM_MS_MAX; ms += CONFIRM_LOOK_MS) {
      if (this.#o.haveSeen(count)) return;
      await this.#pause(CONFIRM_LOOK_MS);
    }
    this.#o.warn("A worker did not confirm a change in time");
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#o.clock.after(ms, resolve));
  }
}
