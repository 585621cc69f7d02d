import { strideSec } from "../threshold/mod.ts";
import {
  type Gathering,
  type KeptSpan,
  ManySeconds,
  OneSecond,
  SpanSample,
} from "./sample.ts";
import type { Geometry } from "../stats/mod.ts";

/** Seconds that a threshold looks at: those of the whole run, or the last ones. */
export interface JudgedSpan {
  /** Where the current second adds its part. */
  readonly now: Pick<Gathering, "count" | "time" | "seconds" | "untrusted">;
  /** Ends the second; @returns whether what `sum` holds is a whole span to judge */
  close(): boolean;
  /** The span as it is. */
  readonly sum: SpanSample;
  /** Starts again. */
  forget(): void;
}

/** The whole run so far. */
export class WholeRun implements JudgedSpan {
  readonly sum: SpanSample;

  constructor(shape: Geometry | null) {
    this.sum = new SpanSample(shape);
  }

  get now(): SpanSample {
    return this.sum;
  }

  close(): boolean {
    return true;
  }

  forget(): void {
    this.sum.clear();
  }
}

/**
 * A window that slides: by seconds up to a minute, by minutes up to an hour, by
 * hours beyond, so that it is sixty samples long, or as many as a week has
 * hours. What leaves it is taken away from the sum, so that a second costs what
 * came in it and not what the window holds.
 *
 *   ring   │ 3 │ 1 │ 4 │ 1 │ 5 │      sum = 14
 *            └ leaves     comes ┘
 */
export class SlidingWindow implements JudgedSpan {
  readonly now: Gathering;
  readonly sum: SpanSample;
  readonly #stride: number;
  readonly #length: number;
  readonly #ring: KeptSpan[] = [];

  constructor(shape: Geometry | null, lengthSec: number) {
    this.sum = new SpanSample(shape);
    this.#stride = strideSec(lengthSec);
    this.now = this.#stride === 1 ? new OneSecond() : new ManySeconds(shape);
    this.#length = lengthSec / this.#stride;
  }

  close(): boolean {
    if (this.now.seconds < this.#stride) return false;
    // Nothing could be read for a while: what was missed lies in one sample.
    const spare = Math.floor(this.now.seconds / this.#stride) - 1;
    for (let i = 0; i < Math.min(spare, this.#length); i++) this.#push(NOTHING);
    this.#push(this.now.keep());
    this.#readExtremes();
    return this.#ring.length === this.#length;
  }

  forget(): void {
    this.#ring.length = 0;
    this.sum.clear();
    this.now.keep();
  }

  #push(sample: KeptSpan): void {
    if (this.#ring.length === this.#length) this.#add(this.#ring.shift()!, -1);
    this.#ring.push(sample);
    this.#add(sample, 1);
  }

  #add(sample: KeptSpan, sign: 1 | -1): void {
    this.sum.part += sign * sample.part;
    this.sum.whole += sign * sample.whole;
    this.sum.seconds += sign * sample.seconds;
    this.sum.untrusted += sign * sample.untrusted;
    for (const { cells } of sample.durations) {
      this.sum.durations?.addCells(cells, sign);
    }
  }

  /** Neither an extreme nor a sum of fractions can be subtracted. */
  #readExtremes(): void {
    const { durations } = this.sum;
    if (durations === null) return;
    durations.sumMs = 0;
    durations.minMs = Infinity;
    durations.maxMs = 0;
    for (const sample of this.#ring) {
      for (const { sumMs, minMs, maxMs } of sample.durations) {
        durations.sumMs += sumMs;
        if (minMs < durations.minMs) durations.minMs = minMs;
        if (maxMs > durations.maxMs) durations.maxMs = maxMs;
      }
    }
  }
}

const NOTHING: KeptSpan = {
  part: 0,
  whole: 0,
  seconds: 0,
  untrusted: 0,
  durations: [],
};
