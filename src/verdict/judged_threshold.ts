import type {
  ProofResult,
  SavedThreshold,
  Threshold,
  ThresholdSnapshot,
  UnknownReason,
} from "../threshold/mod.ts";
import { strideSec } from "../threshold/mod.ts";
import {
  type Gather,
  gatherOf,
  isOfSeconds,
  type SeriesName,
} from "./gather.ts";
import { judgeOne } from "./judge.ts";
import { shapeOfMeasure } from "./sample.ts";
import type { JudgedSecond } from "./second.ts";
import {
  type MeasuredValue,
  proofValue,
  type Recoveries,
  recoveryValue,
  SHARE_SAMPLES_MIN,
  valueOf,
} from "./value.ts";
import { type JudgedSpan, SlidingWindow, WholeRun } from "./window.ts";

/** What judging one threshold needs. */
export interface JudgedOptions {
  /** Names of targets and steps by number, as they are now. */
  readonly series: () => readonly SeriesName[];
  readonly recovery: Recoveries;
  /** Share of a window's seconds in which kar itself may have been the limit. */
  readonly tolerate: number;
}

/** One threshold of a run under way. */
export class JudgedThreshold {
  readonly threshold: Threshold;
  readonly #o: JudgedOptions;
  readonly #gather: Gather;
  readonly #span: JudgedSpan;
  /** Whether the windows that end here, one stride apart, have breached. */
  readonly #breaches: boolean[] = [];
  #result: ThresholdSnapshot["result"] = "unknown";
  #why: UnknownReason = "no_data";
  #value: number | ProofResult | null = null;
  #breachedMs: number | null = null;
  /** What a predecessor found not kept, and what counts do not show any more. */
  #former: SavedThreshold | null = null;
  #windows = { kept: 0, breached: 0, unknown: 0 };

  constructor(threshold: Threshold, options: JudgedOptions) {
    this.threshold = threshold;
    this.#o = options;
    const { measure, window } = threshold;
    this.#gather = gatherOf(measure, options.series);
    const shape = shapeOfMeasure(measure.name);
    this.#span = window === null
      ? new WholeRun(shape)
      : new SlidingWindow(shape, window.lengthSec);
    if (window !== null) this.#why = "too_short";
  }

  /**
   * Goes on from what a predecessor had counted, and had made of it.
   *
   * @param saved null = it did not have this threshold, or did not say
   */
  restore(counted: JudgedSecond, saved: SavedThreshold | null): void {
    const { measure, window } = this.threshold;
    if (window === null && (saved === null || !isOfSeconds(measure))) {
      this.#gather(counted, this.#span.sum);
    }
    if (saved === null || (saved.windows === null) !== (window === null)) {
      return;
    }
    this.#breachedMs = saved.breachedMs;
    if (window !== null) {
      this.#windows = { ...saved.windows! };
      this.#result = saved.result;
      this.#value = saved.value;
    } else if (isOfSeconds(measure)) {
      this.#span.sum.count(saved.part, saved.whole);
    } else if (measure.name === "proof" || measure.name === "recovery") {
      this.#former = saved.result === "fail" ? saved : null;
    }
  }

  /**
   * Takes a second of the run.
   *
   * @returns whether it is not kept from here on, or, of windows, once more
   */
  take(second: JudgedSecond, isUntrusted: boolean): boolean {
    const { now } = this.#span;
    this.#gather(second, now);
    now.seconds += second.seconds;
    if (isUntrusted) now.untrusted += second.seconds;
    if (!this.#span.close()) return false;
    return this.threshold.window === null
      ? this.#judgeRun(second, { isOver: false })
      : this.#judgeWindow(second);
  }

  /** Judges the whole run for good. */
  end(second: JudgedSecond): void {
    if (this.threshold.window !== null) return;
    this.#gather(second, this.#span.sum);
    this.#judgeRun(second, { isOver: true });
  }

  /** Starts its windows again: their content was answered. */
  forget(): void {
    if (this.threshold.window === null) return;
    this.#span.forget();
    this.#breaches.length = 0;
  }

  /** As it stands. */
  read(): ThresholdSnapshot {
    return {
      threshold: this.threshold,
      result: this.#result,
      value: this.#value,
      why: this.#result === "unknown" ? this.#why : null,
      breachedMs: this.#breachedMs,
      windows: this.threshold.window === null ? null : { ...this.#windows },
    };
  }

  /** What a successor needs to go on. */
  save(): SavedThreshold {
    const { result, value, breachedMs, windows } = this.read();
    const { part, whole } = this.#span.sum;
    const { text, window } = this.threshold;
    const counts = window === null ? { part, whole } : { part: 0, whole: 0 };
    return { text, result, value, breachedMs, windows, ...counts };
  }

  #judgeRun(
    second: JudgedSecond,
    { isOver }: { readonly isOver: boolean },
  ): boolean {
    const value = this.#valueOfRun(second, isOver ? 1 : SHARE_SAMPLES_MIN);
    const before = this.#result;
    const isOpen = !isOver && value.kind === "value" &&
      mayStillBeKept(this.threshold, Number(value.value));
    this.#result = isOpen ? "unknown" : this.#judge(value);
    this.#value = value.kind === "value" ? value.value : null;
    if (value.kind === "unknown") this.#why = value.why;
    if (this.#result !== "fail") return false;
    this.#breachedMs ??= second.atMs;
    return before !== "fail";
  }

  #valueOfRun(second: JudgedSecond, least: number): MeasuredValue {
    const { threshold } = this;
    const former = this.#former?.value ?? null;
    if (former !== null) return { kind: "value", value: former };
    switch (threshold.measure.name) {
      case "proof":
        return proofValue(threshold, second.proofs);
      case "recovery":
        return recoveryValue(threshold, this.#o.recovery, this.#o.series());
      default:
        return valueOf(threshold, this.#span.sum, least);
    }
  }

  #judgeWindow(second: JudgedSecond): boolean {
    const { sum } = this.#span;
    const isTrusted = sum.untrusted <= this.#o.tolerate * sum.seconds;
    const value: MeasuredValue = isTrusted
      ? valueOf(this.threshold, sum, SHARE_SAMPLES_MIN)
      : { kind: "unknown", why: "generator" };
    const result = this.#judge(value);
    this.#count(result);
    if (value.kind === "value") this.#keepWorst(Number(value.value));
    else if (this.#result === "unknown") this.#why = value.why;
    if (this.#isInARow(result === "fail")) {
      this.#result = "fail";
      this.#breachedMs ??= second.atMs;
      return true;
    }
    if (result === "pass" && this.#result === "unknown") this.#result = "pass";
    return false;
  }

  /** Whether as many windows as it asks for, end to end, have breached up to here. */
  #isInARow(hasBreached: boolean): boolean {
    const { lengthSec, times } = this.threshold.window!;
    const length = lengthSec / strideSec(lengthSec);
    this.#breaches.unshift(hasBreached);
    this.#breaches.length = Math.min(
      this.#breaches.length,
      (times - 1) * length + 1,
    );
    for (let i = 0; i < times; i++) {
      if (!this.#breaches[i * length]) return false;
    }
    return true;
  }

  #judge(value: MeasuredValue): ThresholdSnapshot["result"] {
    return judgeOne({
      name: this.threshold.text,
      measure: () => value.kind === "value" ? value.value : null,
      operator: this.threshold.operator,
      limit: this.threshold.limit.value,
    }, null).result;
  }

  #count(result: ThresholdSnapshot["result"]): void {
    if (result === "pass") this.#windows.kept++;
    else if (result === "fail") this.#windows.breached++;
    else this.#windows.unknown++;
  }

  #keepWorst(value: number): void {
    const before = this.#value;
    this.#value = before === null
      ? value
      : worse(this.threshold, Number(before), value);
  }
}

/** A count only grows: below its limit it may still come there. */
function mayStillBeKept(
  { operator, limit }: Threshold,
  value: number,
): boolean {
  if (limit.unit !== "count") return false;
  if (operator === ">=" || operator === ">") {
    return operator === ">=" ? value < limit.value : value <= limit.value;
  }
  return operator === "==" && value < limit.value;
}

/** Which of two values is further from what a threshold asks for. */
function worse(
  { operator, limit }: Threshold,
  a: number,
  b: number,
): number {
  switch (operator) {
    case "<":
    case "<=":
      return Math.max(a, b);
    case ">":
    case ">=":
      return Math.min(a, b);
    case "==": {
      const off = (value: number) => Math.abs(value - Number(limit.value));
      return off(b) > off(a) ? b : a;
    }
  }
}
