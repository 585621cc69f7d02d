import type { DurationGrowth, Geometry } from "../stats/mod.ts";
import { COARSE, FINE } from "../stats/mod.ts";
import type { MeasureName } from "../threshold/mod.ts";
import { DurationSum } from "./duration_sum.ts";

/** The histogram of a measure; null = the measure is a count. */
export function shapeOfMeasure(measure: MeasureName): Geometry | null {
  switch (measure) {
    case "response":
    case "service":
    case "ttfb":
    case "connect":
      return COARSE;
    case "lag":
      return FINE;
    default:
      return null;
  }
}

/**
 * What was measured in some seconds: a part of a whole, or durations. Seconds
 * add up, so that a span is the sum of its seconds.
 */
export class SpanSample {
  /** Failures, answers, requests sent or missed, by the measure. */
  part = 0;
  /** What they are a share of; of a rate, seconds. */
  whole = 0;
  seconds = 0;
  /** Seconds in which kar itself was the limit. */
  untrusted = 0;
  readonly durations: DurationSum | null;

  constructor(shape: Geometry | null) {
    this.durations = shape === null ? null : new DurationSum(shape);
  }

  /** Counts a part of a whole. */
  count(part: number, whole: number): void {
    this.part += part;
    this.whole += whole;
  }

  /** Adds durations. */
  time(durations: DurationGrowth): void {
    this.durations?.add(durations);
  }

  /** How many requests, or samples, say something. */
  get size(): number {
    return this.durations?.count ?? this.whole;
  }

  /** Forgets everything. */
  clear(): void {
    this.part =
      this.whole =
      this.seconds =
      this.untrusted =
        0;
    this.durations?.clear();
  }
}

/** A sample as the ring of a window keeps it. */
export interface KeptSpan {
  readonly part: number;
  readonly whole: number;
  readonly seconds: number;
  readonly untrusted: number;
  /** Shared with other windows that keep the same second. */
  readonly durations: readonly DurationGrowth[];
}

/** What comes before a window's sample is full. */
export interface Gathering {
  count(part: number, whole: number): void;
  time(durations: DurationGrowth): void;
  seconds: number;
  untrusted: number;
  /** What was gathered; it is empty afterwards. */
  keep(): KeptSpan;
}

/** A sample of one second: durations are not even copied. */
export class OneSecond implements Gathering {
  seconds = 0;
  untrusted = 0;
  #part = 0;
  #whole = 0;
  #durations: DurationGrowth[] = [];

  count(part: number, whole: number): void {
    this.#part += part;
    this.#whole += whole;
  }

  time(durations: DurationGrowth): void {
    this.#durations.push(durations);
  }

  keep(): KeptSpan {
    const { seconds, untrusted } = this;
    const [part, whole] = [this.#part, this.#whole];
    const durations = this.#durations;
    this.#durations = [];
    this.seconds =
      this.untrusted =
      this.#part =
      this.#whole =
        0;
    return { part, whole, seconds, untrusted, durations };
  }
}

/** A sample of many seconds, which come to one histogram. */
export class ManySeconds extends SpanSample implements Gathering {
  keep(): KeptSpan {
    const { part, whole, seconds, untrusted } = this;
    const durations = this.durations === null ? [] : [this.durations.value()];
    this.clear();
    return { part, whole, seconds, untrusted, durations };
  }
}
