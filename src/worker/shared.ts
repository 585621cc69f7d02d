import { EVENT_KINDS, EVENTS_MAX, type TrafficEvent } from "../pattern/mod.ts";

/*
 * What all threads of a run share beside the statistics.
 *
 *   ints    in flight │ events written │ anchor version │ silence until │ removed targets …
 *   floats  end slot │ last second │ anchor (6) │ events (ring of 4 floats each)
 */
const INT = {
  inFlight: 0,
  events: 1,
  anchorVersion: 2,
  retryAt: 3,
  removed: 4,
} as const;
const FLOAT = { endSlot: 0, lastSecond: 1, anchor: 2, events: 8 } as const;
const EVENT_WIDTH = 4;
/** More than a log may hold, so that a slow reader never misses one. */
const EVENT_RING = EVENTS_MAX + 24;
const INT32_MAX = 2 ** 31 - 1;
/** Looks at a half-written anchor before giving up for this time. */
const ANCHOR_TRIES = 1000;

/**
 * Which slot begins when. Slot `slot` begins at monotonic instant `monoMs`
 * and each next one 100 ms later, up to slot `endSlot`, where segment `id + 1`
 * takes over: slot `nextSlot` begins at `nextMonoMs`.
 */
export interface Anchor {
  readonly id: number;
  readonly monoMs: number;
  readonly slot: number;
  /** Infinity = no jump is ahead. */
  readonly endSlot: number;
  readonly nextMonoMs: number;
  readonly nextSlot: number;
}

/** The shared memory of a run. The main thread writes; only what is in flight and the silence asked for are written by all. */
export class Shared {
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;

  constructor(readonly buffer: SharedArrayBuffer, targets: number) {
    const floats = FLOAT.events + EVENT_RING * EVENT_WIDTH;
    this.#floats = new Float64Array(buffer, 0, floats);
    this.#ints = new Int32Array(buffer, floats * 8, INT.removed + targets);
  }

  /** Memory for a run with so many targets. */
  static create(targets: number): Shared {
    const bytes = (FLOAT.events + EVENT_RING * EVENT_WIDTH) * 8 +
      (INT.removed + targets) * 4;
    const shared = new Shared(new SharedArrayBuffer(bytes), targets);
    shared.setEnd(Infinity, Infinity);
    return shared;
  }

  /** The first slot that is not sent any more. */
  get endSlot(): number {
    return this.#floats[FLOAT.endSlot]!;
  }

  /** The last second of the run: what ends later counts there. */
  get lastSecond(): number {
    return this.#floats[FLOAT.lastSecond]!;
  }

  /** Sets the first slot that is not sent any more, and the last second of the run. */
  setEnd(slot: number, lastSecond: number): void {
    this.#floats[FLOAT.lastSecond] = lastSecond;
    this.#floats[FLOAT.endSlot] = slot;
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

  /** Whether a target was taken out of the traffic. */
  isRemoved(target: number): boolean {
    return this.#ints[INT.removed + target] === 1;
  }

  /** Takes a target out of the traffic, or back in. */
  setRemoved(target: number, removed: boolean): void {
    Atomics.store(this.#ints, INT.removed + target, removed ? 1 : 0);
  }

  /** Monotonic instant before which a target asked for silence, to the second; 0 = none. */
  get retryAtMs(): number {
    return 1000 * Atomics.load(this.#ints, INT.retryAt);
  }

  /** Notes that a target asked for silence up to an instant; the latest counts. */
  askSilence(untilMs: number): void {
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

  /** Replaces the anchor. An odd version marks it as half written. */
  writeAnchor(anchor: Anchor): void {
    Atomics.add(this.#ints, INT.anchorVersion, 1);
    this.#floats.set([
      anchor.id,
      anchor.monoMs,
      anchor.slot,
      anchor.endSlot,
      anchor.nextMonoMs,
      anchor.nextSlot,
    ], FLOAT.anchor);
    Atomics.add(this.#ints, INT.anchorVersion, 1);
  }

  /** The anchor; undefined while it is being written. */
  readAnchor(): Anchor | undefined {
    for (let i = 0; i < ANCHOR_TRIES; i++) {
      const version = Atomics.load(this.#ints, INT.anchorVersion);
      const [id, monoMs, slot, endSlot, nextMonoMs, nextSlot] = this.#floats
        .subarray(FLOAT.anchor, FLOAT.events) as unknown as Six;
      const isWhole = version % 2 === 0 &&
        Atomics.load(this.#ints, INT.anchorVersion) === version;
      if (isWhole) return { id, monoMs, slot, endSlot, nextMonoMs, nextSlot };
    }
    return undefined;
  }

  /** Number of anchors written, to notice a change cheaply. */
  get anchorVersion(): number {
    return Atomics.load(this.#ints, INT.anchorVersion);
  }
}

type Six = readonly [number, number, number, number, number, number];
