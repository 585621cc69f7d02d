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

/** Drift of the wall clock that is left alone, in milliseconds. */
const DRIFT_MS_MIN = 5;
/** Drift above this is a jump of the clock: plan time leaps after it. */
const JUMP_MS = 1000;
/** A small drift is made good by this much at each look. */
const SLEW_MS = 0.5;
/** A change holds from the second slot edge after it is known: an event, a leap, an end. */
export const BEATS_AHEAD = 2;

/**
 * Plan time of a run, owned by the main thread: writes the segments that all
 * threads share, and keeps them on the wall clock.
 */
export class PlanTime {
  readonly timeline: Timeline;
  /** The run's first slot. */
  readonly startSlot: number;
  /** When it is sent by the wall clock, milliseconds since the epoch. */
  readonly begunMs: number;
  readonly #clock: Clock;
  readonly #shared: Shared;
  readonly #followsWall: boolean;
  /** All segments that threads may still need. */
  #segments: readonly Segment[];

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
    const nowMs = clock.now();
    const wallMs = clock.wall();
    const slot = startMs === null
      ? Math.ceil((wallMs + marginMs) / SLOT_MS)
      : Math.floor(startMs / SLOT_MS);
    const inMs = startMs === null ? slot * SLOT_MS - wallMs : marginMs;
    this.startSlot = slot;
    this.begunMs = wallMs + inMs;
    this.#segments = [{ beat: 0, slot, monoMs: nowMs + inMs }];
    shared.writeSegments(this.#segments);
    this.timeline = new Timeline(shared);
  }

  /** Plan time now, milliseconds since the epoch; at the end of the run it stands still. */
  nowMs(): number {
    const { slot, startMs } = this.timeline.at(this.beat());
    const nowMs = slot * SLOT_MS + this.#clock.now() - startMs;
    return Math.min(nowMs, this.endMs ?? Infinity);
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

  /**
   * Compares plan time with the wall clock; meant for once a second.
   *
   * @returns the leap, when one was decided just now
   */
  followWall(): Leap | null {
    const beat = this.beat();
    const isOver = beat >= this.#shared.endBeat;
    if (!this.#followsWall || isOver || beat < this.leapBeat) return null;
    const driftMs = this.#clock.wall() - this.nowMs();
    if (Math.abs(driftMs) > JUMP_MS) return this.#leap();
    if (Math.abs(driftMs) > DRIFT_MS_MIN) this.#slew(driftMs);
    return null;
  }

  #slew(driftMs: number): void {
    const last = this.#segments.at(-1)!;
    const monoMs = last.monoMs - Math.sign(driftMs) * SLEW_MS;
    this.#write([...this.#segments.slice(0, -1), { ...last, monoMs }]);
  }

  #leap(): Leap {
    const nowMs = this.#clock.now();
    const beat = this.beat() + BEATS_AHEAD;
    const { slot: from, startMs } = this.timeline.at(beat);
    const wallMs = this.#clock.wall() + startMs - nowMs;
    const to = Math.ceil(wallMs / SLOT_MS);
    const monoMs = startMs + to * SLOT_MS - wallMs;
    this.#write([...this.#segments, { beat, slot: to, monoMs }]);
    return { beat, from, to };
  }

  #write(segments: readonly Segment[]): void {
    this.#segments = segments.slice(-SEGMENTS_MAX);
    this.#shared.writeSegments(this.#segments);
  }
}

/** A leap in words. */
export function describeLeap({ from, to }: Leap): string {
  const sec = Math.abs(to - from) / SLOTS_PER_SEC;
  const what = to > from ? "skipped" : "replayed";
  const at = isoTime(slotStartMs(from));
  return `The wall clock jumped: ${sec} s of the plan are ${what} at ${at}`;
}
