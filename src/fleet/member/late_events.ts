import type { MemberOptions } from "./sender.ts";
import type { LateEvent, PartHead, StoredEvent } from "../types.ts";
import { LATE_EVENTS_MAX } from "../wire.ts";

/** Events that a member took later than their dates. */
export class LateEvents {
  readonly #all: LateEvent[] = [];
  readonly #warn: (line: string) => void;

  constructor({ say, warn }: Pick<MemberOptions<PartHead>, "say" | "warn">) {
    this.#warn = warn ?? ((line) => say(line, "warn"));
  }

  /** Notes one, and says so. */
  note(event: LateEvent): void {
    if (this.#all.length < LATE_EVENTS_MAX) this.#all.push(event);
    const slots = event.heldSlot - event.slot;
    this.#warn(
      `Change ${event.seq} was taken ${
        slots / 10
      } s late: the bus was away when it was asked for`,
    );
  }

  /**
   * Notes an end that was heard of when slots behind it may have been made.
   *
   * @param unmade the first slot that was surely not made
   */
  noteEnd({ seq, slot }: StoredEvent, unmade: number): void {
    if (slot < unmade) this.note({ seq, slot, heldSlot: unmade });
  }

  /**
   * All so far, with those that still wait for a plan although their slots have
   * passed.
   *
   * @param unmade the first slot that was surely not made
   */
  with(pending: readonly StoredEvent[], unmade: number): LateEvent[] {
    const passed = pending.filter(({ slot }) => slot < unmade)
      .map(({ seq, slot }) => ({ seq, slot, heldSlot: unmade }));
    return [...this.#all, ...passed].slice(0, LATE_EVENTS_MAX);
  }
}
