import type { StepCheck, StepMeasure } from "../../src/discover/mod.ts";

/** Chance of a test's own, from a seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A server that answers so many a second, one after the other, and its queue. */
export class QueueServer {
  #doneMs = 0;
  #nowMs = 0;
  readonly #draw: () => number;

  constructor(readonly capacity: number, seed: number) {
    this.#draw = chance(seed);
  }

  /** Waits until nothing is left to do. */
  rest(): void {
    this.#nowMs = Math.max(this.#nowMs, this.#doneMs);
  }

  /** Poisson arrivals of a rate for a while, and what a step would see of them. */
  step(
    rate: number,
    durationMs: number,
    { karRate = Infinity, limitMs = 500 } = {},
  ): StepMeasure {
    const fromMs = this.#nowMs;
    const arrivals: { at: number; ms: number }[] = [];
    let [due, missed] = [0, 0];
    let at = fromMs;
    for (;;) {
      at += -Math.log(1 - this.#draw()) / rate * 1000;
      if (at >= fromMs + durationMs) break;
      due++;
      if (rate > karRate && this.#draw() > karRate / rate) {
        missed++;
        continue;
      }
      this.#doneMs = Math.max(this.#doneMs, at) + 1000 / this.capacity;
      arrivals.push({ at, ms: this.#doneMs - at });
    }
    this.#nowMs = fromMs + durationMs;
    return this.#measure(arrivals, {
      rate,
      fromMs,
      durationMs,
      due,
      missed,
      limitMs,
    });
  }

  #measure(
    arrivals: readonly { at: number; ms: number }[],
    { rate, fromMs, durationMs, due, missed, limitMs }: {
      rate: number;
      fromMs: number;
      durationMs: number;
      due: number;
      missed: number;
      limitMs: number;
    },
  ): StepMeasure {
    const endMs = fromMs + durationMs;
    // The time to end is short: what takes longer is given up.
    const graceMs = 2 * limitMs;
    const done = arrivals.filter(({ at, ms }) => at + ms <= endMs + graceMs);
    const unfinished = arrivals.length - done.length;
    const sorted = done.map(({ ms }) => ms).sort((a, b) => a - b);
    const within = sorted.filter((ms) => ms < limitMs).length;
    const inFlightAt = (t: number) =>
      arrivals.filter(({ at, ms }) => at <= t && at + ms > t).length;
    const third = (from: number, to: number) => {
      const looks = Array.from(
        { length: 20 },
        (_, i) => from + (to - from) * i / 20,
      );
      const ended = done.filter(({ at, ms }) =>
        at + ms >= from && at + ms < to
      );
      const sum = ended.reduce((sum, { ms }) => sum + ms, 0);
      return {
        inFlight: looks.reduce((sum, t) => sum + inFlightAt(t), 0) /
          looks.length,
        ms: ended.length === 0 ? 0 : sum / ended.length,
      };
    };
    const first = third(fromMs, fromMs + durationMs / 3);
    const last = third(endMs - durationMs / 3, endMs);
    const result: StepCheck["result"] = arrivals.length < 200
      ? "unknown"
      : within >= 0.95 * arrivals.length
      ? "kept"
      : "broken";
    return {
      rate,
      durationMs,
      due,
      sent: arrivals.length,
      missedByKar: missed,
      missedByBound: 0,
      completed: done.length,
      answered: done.length,
      failed: 0,
      unfinished,
      p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? null,
      lagP99Ms: 0.1,
      inFlight: { first: first.inFlight, last: last.inFlight },
      responseMs: { first: first.ms, last: last.ms },
      checks: [{ text: `response.p95 < ${limitMs}ms`, result }],
      isHarmful: false,
    };
  }
}
