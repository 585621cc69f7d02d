import { EVENT_KINDS, type TrafficEvent } from "../pattern/mod.ts";

/*
 * What all threads of a run share beside the statistics.
 *
 *   ints    in flight │ events written │ version and number of segments │ backoff until │ open journeys │ removed targets …
 *   floats  end beat │ held beat │ segments (ring of 3 floats each) │ ranks (ring of 2 floats each) │ events (ring of 4 floats each)
 */
const INT = {
  inFlight: 0,
  events: 1,
  segmentsVersion: 2,
  segments: 3,
  retryAt: 4,
  journeys: 5,
  removed: 6,
} as const;
const SEGMENT_WIDTH = 3;
/** Segments that are kept: a worker that is further behind was given up long ago. */
export const SEGMENTS_MAX = 8;
const EVENT_WIDTH = 4;
/** Events that are kept for readers. */
const EVENT_RING = 4096;
/**
 * Number of unread events from which settings are refused: far more than
 * operators can write before a worker that reads nothing is replaced. The rest
 * is a reserve: fire, pause and resume always find room.
 */
export const UNREAD_MAX = EVENT_RING / 2;
/** Beats whose ranks are kept: a lost worker is replaced within fewer. */
const RANK_RING = 256;
const RANK_WIDTH = 2;
const FLOAT = {
  endBeat: 0,
  heldBeat: 1,
  segments: 2,
  ranks: 2 + SEGMENTS_MAX * SEGMENT_WIDTH,
  events: 2 + SEGMENTS_MAX * SEGMENT_WIDTH + RANK_RING * RANK_WIDTH,
} as const;
const FLOATS = FLOAT.events + EVENT_RING * EVENT_WIDTH;
const INT32_MAX = 2 ** 31 - 1;
/** Reads of half-written segments before it gives up for this time. */
const SEGMENT_TRIES = 1000;

/**
 * A stretch of the run without a leap of plan time: beat `beat` sends slot
 * `slot` and begins at monotonic instant `monoMs`; each next beat sends the
 * next slot, 100 ms later.
 */
export interface Segment {
  readonly beat: number;
  readonly slot: number;
  readonly monoMs: number;
}

/**
 * The shared memory of a run. The main thread writes it; all threads write the
 * number of requests in flight and the back-off that targets ask for.
 */
export class Shared {
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;

  constructor(readonly buffer: SharedArrayBuffer, targets: number) {
    this.#floats = new Float64Array(buffer, 0, FLOATS);
    this.#ints = new Int32Array(buffer, FLOATS * 8, INT.removed + targets);
  }

  /** Memory for a run with so many targets. */
  static create(targets: number): Shared {
    const bytes = FLOATS * 8 + (INT.removed + targets) * 4;
    const shared = new Shared(new SharedArrayBuffer(bytes), targets);
    shared.endBeat = Infinity;
    shared.heldBeat = Infinity;
    return shared;
  }

  /** The first beat that is not sent any more. */
  get endBeat(): number {
    return this.#floats[FLOAT.endBeat]!;
  }

  set endBeat(beat: number) {
    this.#floats[FLOAT.endBeat] = beat;
  }

  /**
   * The first beat that may not be made yet, since the events that hold in it
   * are not known; Infinity = all may be made.
   */
  get heldBeat(): number {
    return this.#floats[FLOAT.heldBeat]!;
  }

  set heldBeat(beat: number) {
    this.#floats[FLOAT.heldBeat] = beat;
  }

  /**
   * Notes how many arrivals were counted before a beat; every thread that notes
   * it notes the same number.
   */
  noteRank(beat: number, rank: number): void {
    const at = FLOAT.ranks + (beat % RANK_RING) * RANK_WIDTH;
    this.#floats[at + 1] = rank;
    // Shifted by one, since memory that was never written holds zeros.
    this.#floats[at] = beat + 1;
  }

  /** The last note up to a beat; null = there is none. */
  rankBefore(
    beat: number,
  ): { readonly beat: number; readonly rank: number } | null {
    for (let b = beat; b > beat - RANK_RING && b >= 0; b--) {
      const at = FLOAT.ranks + (b % RANK_RING) * RANK_WIDTH;
      if (this.#floats[at] === b + 1) {
        return { beat: b, rank: this.#floats[at + 1]! };
      }
    }
    return null;
  }

  /** Requests under way in all workers. */
  get inFlight(): number {
    return Atomics.load(this.#ints, INT.inFlight);
  }

  /** Takes a place among the requests under way; false when all `limit` are taken. */
  enter(limit: number): boolean {
    if (Atomics.add(this.#ints, INT.inFlight, 1) < limit) return true;
    this.leave(1);
    return false;
  }

  /** Gives places back. */
  leave(count: number): void {
    Atomics.sub(this.#ints, INT.inFlight, count);
  }

  /** Takes a place among the open journeys; false when all `limit` are taken. */
  enterJourney(limit: number): boolean {
    if (Atomics.add(this.#ints, INT.journeys, 1) < limit) return true;
    this.leaveJourneys(1);
    return false;
  }

  /** Gives places of journeys back. */
  leaveJourneys(count: number): void {
    Atomics.sub(this.#ints, INT.journeys, count);
  }

  /** Whether a target was taken out of the traffic. */
  isRemoved(target: number): boolean {
    return this.#ints[INT.removed + target] === 1;
  }

  /** Takes a target out of the traffic, or back in. */
  setRemoved(target: number, removed: boolean): void {
    Atomics.store(this.#ints, INT.removed + target, removed ? 1 : 0);
  }

  /** Monotonic instant before which a target asked to back off, to the second; 0 = none. */
  get retryAtMs(): number {
    return 1000 * Atomics.load(this.#ints, INT.retryAt);
  }

  /** Notes that a target asked to back off up to an instant; the latest counts. */
  askBackoff(untilMs: number): void {
    const sec = Math.ceil(Math.min(untilMs / 1000, INT32_MAX));
    let known = this.retryAtMs / 1000;
    while (sec > known) {
      const { compareExchange } = Atomics;
      const found = compareExchange(this.#ints, INT.retryAt, known, sec);
      if (found === known) return;
      known = found;
    }
  }

  /** How many events were written since the start. */
  get eventCount(): number {
    return Atomics.load(this.#ints, INT.events);
  }

  /** Writes an event; readers see it whole or not at all. */
  writeEvent(event: TrafficEvent): void {
    const count = this.eventCount;
    const at = FLOAT.events + (count % EVENT_RING) * EVENT_WIDTH;
    this.#floats[at] = event.slot;
    this.#floats[at + 1] = EVENT_KINDS.indexOf(event.kind);
    this.#floats[at + 2] = event.value;
    this.#floats[at + 3] = event.durationMs;
    Atomics.store(this.#ints, INT.events, count + 1);
  }

  /** The event with a number, from 0. */
  readEvent(number: number): TrafficEvent {
    const at = FLOAT.events + (number % EVENT_RING) * EVENT_WIDTH;
    return {
      slot: this.#floats[at]!,
      kind: EVENT_KINDS[this.#floats[at + 1]!]!,
      value: this.#floats[at + 2]!,
      durationMs: this.#floats[at + 3]!,
    };
  }

  /** Replaces the segments, at most `SEGMENTS_MAX`. An odd version marks them as half written. */
  writeSegments(segments: readonly Segment[]): void {
    Atomics.add(this.#ints, INT.segmentsVersion, 1);
    segments.forEach(({ beat, slot, monoMs }, i) => {
      this.#floats.set(
        [beat, slot, monoMs],
        FLOAT.segments + i * SEGMENT_WIDTH,
      );
    });
    this.#ints[INT.segments] = segments.length;
    Atomics.add(this.#ints, INT.segmentsVersion, 1);
  }

  /** The last segments in order; undefined while they are being written. */
  readSegments(): Segment[] | undefined {
    for (let i = 0; i < SEGMENT_TRIES; i++) {
      const version = this.segmentsVersion;
      const segments = Array.from(
        { length: this.#ints[INT.segments]! },
        (_, n) => this.#segment(FLOAT.segments + n * SEGMENT_WIDTH),
      );
      if (version % 2 === 0 && this.segmentsVersion === version) {
        return segments;
      }
    }
    return undefined;
  }

  #segment(at: number): Segment {
    const floats = this.#floats;
    return {
      beat: floats[at]!,
      slot: floats[at + 1]!,
      monoMs: floats[at + 2]!,
    };
  }

  /** Changes whenever segments are written, to notice it cheaply. */
  get segmentsVersion(): number {
    return Atomics.load(this.#ints, INT.segmentsVersion);
  }
}
