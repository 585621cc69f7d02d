import { type Clock, SLOT_MS } from "../base/mod.ts";
import { type Position, type Shared, Timeline } from "../worker/mod.ts";

/** Drift of the wall clock that is left alone, in milliseconds. */
const DRIFT_MS_MIN = 5;
/** Drift above this is a jump: plan time leaps after it. */
const JUMP_MS = 1000;
/** A small drift is made good by this much at each look. */
const SLEW_MS = 0.5;
/** A jump takes effect at the second slot edge, as an event does. */
const JUMP_SLOTS_AHEAD = 2;
/** After this long every worker has left the old segment, or is lost. */
const SETTLE_MS = 2000;

/** A leap of plan time. */
export interface Jump {
  /** The slot that is not reached any more, and the one that comes instead. */
  readonly fromSlot: number;
  readonly toSlot: number;
}

/**
 * Plan time of a run, owned by the main thread: writes the anchor that all
 * threads share, and keeps it on the wall clock.
 */
export class PlanTime {
  readonly timeline: Timeline;
  /** The run's first slot, and the monotonic instant at which it begins. */
  readonly startSlot: number;
  readonly runStartMs: number;
  readonly #clock: Clock;
  readonly #shared: Shared;
  readonly #followsWall: boolean;
  #jumpedAtMs: number | null = null;

  /**
   * Lets plan time begin.
   *
   * @param startMs plan time of the first slot, milliseconds since the epoch;
   *   null = the next slot edge of the wall clock, which is then followed
   * @param marginMs time until then, at least
   */
  constructor(
    shared: Shared,
    clock: Clock,
    { startMs, marginMs }: {
      readonly startMs: number | null;
      readonly marginMs: number;
    },
  ) {
    this.#shared = shared;
    this.#clock = clock;
    this.#followsWall = startMs === null;
    const earliestMs = clock.now() + marginMs;
    const slot = startMs === null
      ? Math.ceil((clock.wall() + marginMs) / SLOT_MS)
      : Math.floor(startMs / SLOT_MS);
    const monoMs = startMs === null
      ? clock.now() + slot * SLOT_MS - clock.wall()
      : earliestMs;
    this.startSlot = slot;
    this.runStartMs = monoMs;
    shared.writeAnchor(segment(0, monoMs, slot));
    this.timeline = new Timeline(shared);
  }

  /** Plan time now, milliseconds since the epoch. */
  nowMs(): number {
    const position = this.timeline.at(this.#clock.now());
    const intoMs = this.#clock.now() - this.timeline.startOf(position);
    return position.slot * SLOT_MS + intoMs;
  }

  /** The current slot; before the run begins, its first one. */
  here(): Position {
    const now = this.#clock.now();
    return this.timeline.at(Math.max(now, this.runStartMs));
  }

  /** Second of the run at a monotonic instant; after the last slot, its second. */
  secondAt(monoMs: number): number {
    const second = Math.floor((monoMs - this.runStartMs) / 1000);
    return Math.max(0, Math.min(second, this.#shared.lastSecond));
  }

  /** Makes `slot` the first one that is not sent any more. */
  endAt(slot: number): void {
    const { segment } = this.here();
    const lastMs = this.timeline.startOf({ slot: slot - 1, segment });
    const second = Math.floor((lastMs + SLOT_MS / 2 - this.runStartMs) / 1000);
    this.#shared.setEnd(slot, Math.max(0, second));
  }

  /** Whether a jump was decided that not every thread has made yet. */
  get isJumping(): boolean {
    return this.#jumpedAtMs !== null;
  }

  /**
   * Compares plan time with the wall clock; meant for once a second.
   *
   * @returns the jump, when one was decided just now
   */
  followWall(): Jump | null {
    if (!this.#followsWall) return null;
    if (this.isJumping) {
      this.#endJump();
      return null;
    }
    const driftMs = this.#clock.wall() - this.nowMs();
    if (Math.abs(driftMs) > JUMP_MS) return this.#jump();
    if (Math.abs(driftMs) > DRIFT_MS_MIN) this.#slew(driftMs);
    return null;
  }

  #slew(driftMs: number): void {
    const anchor = this.#shared.readAnchor()!;
    const monoMs = anchor.monoMs - Math.sign(driftMs) * SLEW_MS;
    this.#shared.writeAnchor({ ...anchor, monoMs });
  }

  #jump(): Jump {
    const nowMs = this.#clock.now();
    const here = this.timeline.at(nowMs);
    const fromSlot = here.slot + JUMP_SLOTS_AHEAD;
    const leaveMs = this.timeline.startOf({ ...here, slot: fromSlot });
    const wallMs = this.#clock.wall() + leaveMs - nowMs;
    const toSlot = Math.ceil(wallMs / SLOT_MS);
    this.#shared.writeAnchor({
      ...this.#shared.readAnchor()!,
      endSlot: fromSlot,
      nextSlot: toSlot,
      nextMonoMs: leaveMs + toSlot * SLOT_MS - wallMs,
    });
    this.#jumpedAtMs = nowMs;
    return { fromSlot, toSlot };
  }

  #endJump(): void {
    if (this.#clock.now() - this.#jumpedAtMs! < SETTLE_MS) return;
    const { id, nextMonoMs, nextSlot } = this.#shared.readAnchor()!;
    this.#shared.writeAnchor(segment(id + 1, nextMonoMs, nextSlot));
    this.#jumpedAtMs = null;
  }
}

function segment(id: number, monoMs: number, slot: number) {
  return {
    id,
    monoMs,
    slot,
    endSlot: Infinity,
    nextMonoMs: 0,
    nextSlot: 0,
  };
}

/** A jump in words, for the log. */
export function describeJump({ fromSlot, toSlot }: Jump): string {
  const sec = Math.abs(toSlot - fromSlot) * SLOT_MS / 1000;
  const what = toSlot > fromSlot ? "skipped" : "replayed";
  const at = Temporal.Instant.fromEpochMilliseconds(fromSlot * SLOT_MS);
  return `The wall clock jumped: ${sec} s of the plan are ${what} at ${at}`;
}
