import { commonest, type Phase, PHASES } from "../pattern/mod.ts";
import type { Step } from "./snapshot.ts";

/** A timeline has at most this many steps; then two become one. */
export const STEPS_MAX = 3600;

/** Seconds that are kept beside the steps, whatever the step: as many as a worker keeps. */
export const SECONDS_KEPT = 64;

const FIELD = {
  planned: 0,
  due: 1,
  sent: 2,
  ok: 3,
  failed: 4,
  missed: 5,
  phases: 6,
} as const;
const WIDTH = FIELD.phases + PHASES.length;

/** A count that a step holds. */
export type StepField = "due" | "sent" | "ok" | "failed" | "missed";

/** One of the last seconds of a run, as far as it is counted. */
export interface SecondCounts {
  /** Second of the run, from 0. */
  readonly second: number;
  /** Requests that the plan says for it. */
  readonly planned: number;
  readonly due: number;
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  readonly missed: number;
  /** Slots of each phase, in the order of `PHASES`. */
  readonly phases: readonly number[];
}

/**
 * The run's timeline in steps of one second, which double in length whenever
 * `STEPS_MAX` of them are full. Its memory never grows.
 */
export class Steps {
  readonly #values = new Float64Array(STEPS_MAX * WIDTH);
  /** The last seconds, each at its number modulo `SECONDS_KEPT`. */
  readonly #seconds = new Float64Array(SECONDS_KEPT * WIDTH);
  /**
   * The steps as last listed; undefined = they have changed since. A long run
   * has thousands, and few of them change.
   */
  #listed: (Step | undefined)[] = [];
  #lastSecond = 0;
  #stepMs = 1000;
  #length = 0;

  /** Length of a step in milliseconds: 1000 × 2^n. */
  get stepMs(): number {
    return this.#stepMs;
  }

  /** Adds to a count of the step that holds a second of the run. */
  add(second: number, field: StepField, n: number): void {
    this.#values[this.#at(second) + FIELD[field]]! += n;
    this.#addToSecond(second, FIELD[field], n);
  }

  /** Requests sent in one of the last seconds. */
  sentIn(second: number): number {
    const isKept = second >= this.#oldestSecond && second <= this.#lastSecond;
    return isKept
      ? this.#seconds[second % SECONDS_KEPT * WIDTH + FIELD.sent]!
      : 0;
  }

  /** The last `SECONDS_KEPT` seconds, the oldest first; the newest ones still grow. */
  lastSeconds(): SecondCounts[] {
    const first = this.#oldestSecond;
    return Array.from(
      { length: this.#lastSecond - first + 1 },
      (_, i) => this.#secondCounts(first + i),
    );
  }

  /** Adds what the plan says for one slot. */
  plan(second: number, planned: number, phase: Phase): void {
    const at = this.#at(second);
    this.#values[at + FIELD.planned]! += planned;
    const ofPhase = FIELD.phases + PHASES.indexOf(phase);
    this.#values[at + ofPhase]! += 1;
    this.#addToSecond(second, FIELD.planned, planned);
    this.#addToSecond(second, ofPhase, 1);
  }

  /** The steps so far. */
  list(): Step[] {
    return Array.from(
      { length: this.#length },
      (_, i) => this.#listed[i] ??= this.#step(i),
    );
  }

  get #oldestSecond(): number {
    return Math.max(0, this.#lastSecond - SECONDS_KEPT + 1);
  }

  #addToSecond(second: number, field: number, n: number): void {
    if (second < this.#oldestSecond) return;
    while (this.#lastSecond < second) {
      this.#lastSecond++;
      const at = this.#lastSecond % SECONDS_KEPT * WIDTH;
      this.#seconds.fill(0, at, at + WIDTH);
    }
    this.#seconds[second % SECONDS_KEPT * WIDTH + field]! += n;
  }

  #secondCounts(second: number): SecondCounts {
    const at = second % SECONDS_KEPT * WIDTH;
    const v = this.#seconds.subarray(at, at + WIDTH);
    return {
      second,
      planned: v[FIELD.planned]!,
      due: v[FIELD.due]!,
      sent: v[FIELD.sent]!,
      ok: v[FIELD.ok]!,
      failed: v[FIELD.failed]!,
      missed: v[FIELD.missed]!,
      phases: [...v.subarray(FIELD.phases)],
    };
  }

  /** Index of the values of the step that holds a second, to change them. */
  #at(second: number): number {
    while (second * 1000 / this.#stepMs >= STEPS_MAX) this.#double();
    const step = Math.floor(second * 1000 / this.#stepMs);
    this.#length = Math.max(this.#length, step + 1);
    this.#listed[step] = undefined;
    return step * WIDTH;
  }

  #double(): void {
    const values = this.#values;
    for (let i = 0; i < STEPS_MAX; i++) {
      const to = (i >> 1) * WIDTH;
      for (let k = 0; k < WIDTH; k++) {
        const value = values[i * WIDTH + k]!;
        if (i > 0) values[i * WIDTH + k] = 0;
        if (i % 2 === 0) values[to + k] = value;
        else values[to + k]! += value;
      }
    }
    this.#listed = [];
    this.#stepMs *= 2;
    this.#length = Math.ceil(this.#length / 2);
  }

  #step(i: number): Step {
    const v = this.#values.subarray(i * WIDTH, (i + 1) * WIDTH);
    return {
      t: i * this.#stepMs,
      planned: v[FIELD.planned]!,
      due: v[FIELD.due]!,
      sent: v[FIELD.sent]!,
      completed: v[FIELD.ok]! + v[FIELD.failed]!,
      ok: v[FIELD.ok]!,
      failed: v[FIELD.failed]!,
      missed: v[FIELD.missed]!,
      phase: commonest(v.subarray(FIELD.phases) as Float64Array),
    };
  }
}
