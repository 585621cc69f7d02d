import {
  type Clock,
  isoTime,
  SLOT_MS,
  SLOTS_PER_SEC,
  slotStartMs,
} from "../base/mod.ts";
import {
  type Leap,
  type Segment,
  SEGMENTS_MAX,
  type Shared,
  Timeline,
} from "../worker/mod.ts";

/** Drift of the wall clock that is ignored, in milliseconds. */
const DRIFT_MS_MIN = 5;
/** Drift above this is a jump of the clock: plan time leaps after it. */
const JUMP_MS = 1000;
/** A small drift is corrected by this much at each look. */
const SLEW_MS = 0.5;
/** A change holds from the second slot edge after it is known: an event, a leap, an end. */
export const BEATS_AHEAD = 2;

/** Where plan time begins; both instants in milliseconds since the epoch. */
export interface PlanClockOptions {
  /** Plan time of the first slot; null = as the wall clock. */
  readonly startMs: number | null;
  /**
   * Wall instant of the first slot; null = as soon as possible. If it has
   * passed, the run joins at the slot that is due now.
   */
  readonly atMs: number | null;
  /** Time until the first slot, at least. */
  readonly marginMs: number;
  /** The first slot begins no earlier by the wall clock. */
  readonly notBeforeMs?: number;
}

/**
 * Plan time of a run, owned by the main thread: writes the segments that all
 * threads share, and keeps them on the wall clock.
 */
export class PlanClock {
  readonly timeline: Timeline;
  /** The run's first slot. */
  readonly startSlot: number;
  /** The slot that the traffic begins with: an earlier one where the run joins late. */
  readonly fireSlot: number;
  /** When the first slot is sent by the wall clock, milliseconds since the epoch. */
  readonly begunMs: number;
  readonly #o: PlanClockOptions;
  readonly #clock: Clock;
  readonly #shared: Shared;
  /** Plan time less wall time, in milliseconds; null = plan time follows no wall clock. */
  readonly #aheadMs: number | null;
  /** All segments that threads may still need. */
  #segments: readonly Segment[];

  /** Starts plan time. */
  constructor(shared: Shared, clock: Clock, options: PlanClockOptions) {
    this.#o = options;
    this.#shared = shared;
    this.#clock = clock;
    const wallMs = clock.wall();
    const { fireSlot, begunMs, isFollowing } = beginning(options, wallMs);
    this.#aheadMs = isFollowing ? fireSlot * SLOT_MS - begunMs : null;
    // What was due before is not sent, and is not counted as missed either.
    const soonestMs = wallMs + options.marginMs;
    const passedMs = Math.max(soonestMs, options.notBeforeMs ?? 0) - begunMs;
    const hole = Math.max(0, Math.ceil(passedMs / SLOT_MS));
    const slot = fireSlot + hole;
    this.fireSlot = fireSlot;
    this.startSlot = slot;
    this.begunMs = begunMs + hole * SLOT_MS;
    const monoMs = clock.now() + this.begunMs - wallMs;
    this.#segments = [{ beat: 0, slot, monoMs }];
    shared.writeSegments(this.#segments);
    this.timeline = new Timeline(shared);
  }

  /** Whether the instant at which it was asked to begin lies ahead. */
  get isWaiting(): boolean {
    const hasJoined = this.fireSlot < this.startSlot;
    return this.#o.atMs !== null && !hasJoined &&
      this.#clock.now() < this.timeline.at(0).startMs;
  }

  /**
   * Plan time now, milliseconds since the epoch. Before the run begins it lies
   * before its start, and at its end it stands still.
   */
  nowMs(): number {
    const { endMs } = this;
    const beat = this.beat();
    if (endMs !== null && beat >= this.#shared.endBeat) return endMs;
    const { slot, startMs } = this.timeline.at(beat);
    const nowMs = slot * SLOT_MS + this.#clock.now() - startMs;
    return Math.min(nowMs, endMs ?? Infinity);
  }

  /** Plan time at which sending ends; null = the run has no end yet. */
  get endMs(): number | null {
    const { endBeat } = this.#shared;
    return endBeat === Infinity
      ? null
      : this.timeline.at(endBeat).slot * SLOT_MS;
  }

  /** The current beat; before the run begins, its first. */
  beat(): number {
    return Math.max(0, this.timeline.beatAt(this.#clock.now()));
  }

  /** The first beat from which a change made now can hold: none before the run begins. */
  soonestBeat(): number {
    const beat = this.timeline.beatAt(this.#clock.now());
    return Math.max(0, beat + BEATS_AHEAD);
  }

  /** The first beat that certainly no worker has made. */
  unmadeBeat(): number {
    const { heldBeat } = this.#shared;
    return heldBeat === Infinity ? this.soonestBeat() : heldBeat;
  }

  /**
   * Allows no beat from this one on; Infinity = all are allowed. Beats that may
   * have been made are not taken back.
   *
   * @returns the first beat that certainly no worker has made
   */
  holdFrom(beat: number): number {
    this.#shared.heldBeat = Math.max(beat, this.unmadeBeat());
    return this.#shared.heldBeat;
  }

  /** Second of the run now. */
  second(): number {
    return this.timeline.secondAt(this.#clock.now());
  }

  /** The beat of the last leap, perhaps still ahead; 0 = there was none. */
  get leapBeat(): number {
    return this.#segments.at(-1)!.beat;
  }

  /** Makes `beat` the first one that is not sent any more, unless the end comes before. */
  endAt(beat: number): void {
    this.#shared.endBeat = Math.min(this.#shared.endBeat, Math.max(0, beat));
  }

  /** Moves an end that lies ahead to `beat`, or to the first beat that can still be left out. */
  moveEnd(beat: number): void {
    const soonest = this.soonestBeat();
    // The threads may already have read an end that is so near.
    if (soonest >= this.#shared.endBeat) return;
    this.#shared.endBeat = Math.max(soonest, beat);
  }

  /**
   * Compares plan time with the wall clock; meant for once a second.
   *
   * @returns the leap, when one was decided just now
   */
  followWall(): Leap | null {
    const beat = this.beat();
    const isOver = beat >= this.#shared.endBeat;
    if (this.#aheadMs === null || isOver || beat < this.leapBeat) return null;
    if (this.isWaiting) return this.#realign();
    const driftMs = this.#clock.wall() + this.#aheadMs - this.nowMs();
    if (Math.abs(driftMs) > JUMP_MS) return this.#leap();
    if (Math.abs(driftMs) > DRIFT_MS_MIN) this.#slew(driftMs);
    return null;
  }

  #slew(driftMs: number): void {
    const last = this.#segments.at(-1)!;
    const monoMs = last.monoMs - Math.sign(driftMs) * SLEW_MS;
    this.#write([...this.#segments.slice(0, -1), { ...last, monoMs }]);
  }

  /** The run begins at its instant of the wall clock, whatever that clock does until then. */
  #realign(): null {
    const inMs = this.begunMs - this.#clock.wall();
    const monoMs = this.#clock.now() + Math.max(this.#o.marginMs, inMs);
    const [first] = this.#segments;
    if (Math.abs(monoMs - first!.monoMs) > DRIFT_MS_MIN) {
      this.#write([{ ...first!, monoMs }]);
    }
    return null;
  }

  #leap(): Leap {
    const nowMs = this.#clock.now();
    const beat = this.beat() + BEATS_AHEAD;
    const { slot: from, startMs } = this.timeline.at(beat);
    const planMs = this.#clock.wall() + this.#aheadMs! + startMs - nowMs;
    const to = Math.ceil(planMs / SLOT_MS);
    const monoMs = startMs + to * SLOT_MS - planMs;
    this.#write([...this.#segments, { beat, slot: to, monoMs }]);
    return { beat, from, to };
  }

  #write(segments: readonly Segment[]): void {
    this.#segments = segments.slice(-SEGMENTS_MAX);
    this.#shared.writeSegments(this.#segments);
  }
}

/** Where the traffic begins, and at which instant of the wall clock. */
function beginning(
  { startMs, atMs, marginMs }: PlanClockOptions,
  wallMs: number,
) {
  const edge = (ms: number) => Math.ceil(ms / SLOT_MS);
  if (startMs === null) {
    const fireSlot = edge(atMs ?? wallMs + marginMs);
    return { fireSlot, begunMs: fireSlot * SLOT_MS, isFollowing: true };
  }
  return {
    fireSlot: Math.floor(startMs / SLOT_MS),
    begunMs: atMs ?? wallMs + marginMs,
    isFollowing: atMs !== null,
  };
}

/** A leap in words. */
export function describeLeap({ from, to }: Leap): string {
  const sec = Math.abs(to - from) / SLOTS_PER_SEC;
  const what = to > from ? "skipped" : "replayed";
  const at = isoTime(slotStartMs(from));
  return `The wall clock jumped: ${sec} s of the plan are ${what} at ${at}`;
}
