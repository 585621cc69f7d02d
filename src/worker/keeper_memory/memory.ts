import { createLateness, noteLateness } from "./lateness.ts";

/*
 * What the keeper and the senders share: a cache line for all, then one for
 * each sender, so that no thread slows another down by writing.
 *
 *   ints    asked · generation · rounds │ wakes of sender 0 │ of sender 1 …
 *   floats  instant of sender 0 │ of sender 1 …
 */
const LINE_INTS = 16;
const LINE_FLOATS = 8;
const INT = {
  /** Changes with every ask; the keeper sleeps on it. */
  asked: 0,
  /** Which keeper serves; any other ends. */
  generation: 1,
  /** Counts the keeper's rounds: its sign of life. */
  rounds: 2,
} as const;
/**
 * The keeper makes a round at least this often, even when no sender asks, so
 * that it always knows how late this machine wakes it. Fifty rounds cost less
 * than a millisecond a second.
 */
const ROUND_MS_MAX = 20;
/** When the keeper's wake is late by this much, a timer wakes the sender instead. */
const GUARD_MS = 1;

/** The memory, fit for a structured clone. */
export interface KeeperMemory {
  readonly ints: SharedArrayBuffer;
  readonly floats: SharedArrayBuffer;
  /** How late the keeper's sleeps ended. */
  readonly lateness: SharedArrayBuffer;
}

/** Memory for so many senders; none of them asks to be woken yet. */
export function createKeeperMemory(places: number): KeeperMemory {
  const ints = new SharedArrayBuffer((places + 1) * LINE_INTS * 4);
  const floats = new SharedArrayBuffer(places * LINE_FLOATS * 8);
  new Float64Array(floats).fill(Infinity);
  return { ints, floats, lateness: createLateness() };
}

/** The thread that a keeper runs in: its clock and its sleep. */
export interface KeeperDeps {
  /** Milliseconds on the senders' clock. */
  readonly now: () => number;
  /** `Atomics.wait`. */
  readonly wait: (
    ints: Int32Array<SharedArrayBuffer>,
    index: number,
    value: number,
    timeoutMs: number,
  ) => unknown;
}

/**
 * The keeper's whole life: sleeps until the first instant that any sender asked
 * for, and wakes that sender. It decides nothing, and blocks its thread until
 * another generation serves.
 */
export function keep(
  memory: KeeperMemory,
  generation: number,
  { now, wait }: KeeperDeps,
): void {
  const ints = new Int32Array(memory.ints);
  const instants = new Float64Array(memory.floats);
  const lateness = new Float64Array(memory.lateness);
  // When the last sleep was to end; an ask may have ended it before.
  let endMs = Infinity;
  while (Atomics.load(ints, INT.generation) === generation) {
    Atomics.add(ints, INT.rounds, 1);
    // Before the instants are read: a later request ends the sleep at once.
    const asked = Atomics.load(ints, INT.asked);
    const nowMs = now();
    if (nowMs >= endMs) noteLateness(lateness, nowMs - endMs);
    const nextMs = wakeDue(ints, instants, nowMs);
    const sleepMs = nextMs - now();
    endMs = sleepMs > 0 ? nextMs : Infinity;
    wait(ints, INT.asked, asked, Math.max(0, sleepMs));
  }
}

/**
 * Wakes the senders whose instant has come. @returns the instant of the next
 * round
 */
function wakeDue(
  ints: Int32Array<SharedArrayBuffer>,
  instants: Float64Array<SharedArrayBuffer>,
  nowMs: number,
): number {
  let nextMs = nowMs + ROUND_MS_MAX;
  for (let at = 0; at < instants.length; at += LINE_FLOATS) {
    const atMs = instants[at]!;
    if (atMs > nowMs) {
      nextMs = Math.min(nextMs, atMs);
      continue;
    }
    // In this order: a sender that sees the wake counted may ask again and is
    // not overwritten; one that does not see it is woken and asks again.
    instants[at] = Infinity;
    const wakes = (at / LINE_FLOATS + 1) * LINE_INTS;
    Atomics.add(ints, wakes, 1);
    Atomics.notify(ints, wakes);
  }
  return nextMs;
}

/**
 * Ends all keepers so far. @returns the number of the next one
 */
export function nextGeneration(memory: KeeperMemory): number {
  const ints = new Int32Array(memory.ints);
  const generation = Atomics.add(ints, INT.generation, 1) + 1;
  Atomics.add(ints, INT.asked, 1);
  Atomics.notify(ints, INT.asked);
  return generation;
}

/** The rounds so far: a keeper that is alive makes two a second at least. */
export function roundsOf({ ints }: KeeperMemory): number {
  return Atomics.load(new Int32Array(ints), INT.rounds);
}

/** A sender's place with the keeper. */
export class Waker {
  readonly #ints: Int32Array<SharedArrayBuffer>;
  readonly #instants: Float64Array<SharedArrayBuffer>;
  readonly #wakes: number;
  readonly #at: number;

  constructor({ ints, floats }: KeeperMemory, place: number) {
    this.#ints = new Int32Array(ints);
    this.#instants = new Float64Array(floats);
    this.#wakes = (place + 1) * LINE_INTS;
    this.#at = place * LINE_FLOATS;
  }

  /**
   * Runs `task` at about `atMs`, by the keeper, or some milliseconds later by a
   * timer where no keeper serves. It may also run early.
   *
   * @returns false when the instant has come already: `task` is not run
   */
  ask(nowMs: number, atMs: number, task: () => void): boolean {
    if (atMs <= nowMs) return false;
    // Before asking: a wake that comes from now on is not missed.
    const wakes = Atomics.load(this.#ints, this.#wakes);
    this.#instants[this.#at] = atMs;
    Atomics.add(this.#ints, INT.asked, 1);
    Atomics.notify(this.#ints, INT.asked);
    const guardMs = atMs - nowMs + GUARD_MS;
    const wake = Atomics.waitAsync(this.#ints, this.#wakes, wakes, guardMs);
    if (wake.async) void wake.value.then(task);
    return wake.async;
  }

  /** Asks for no wake any more. */
  leave(): void {
    this.#instants[this.#at] = Infinity;
  }
}
