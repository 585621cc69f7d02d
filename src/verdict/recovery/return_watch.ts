import { COARSE } from "../../stats/mod.ts";
import type { RecoveryResult } from "../../threshold/mod.ts";
import { DurationSum } from "../duration_sum.ts";
import {
  type RecoveryBand,
  SAMPLES_FOR_P95,
  type TargetSecond,
} from "./baseline.ts";

/** Length of a window, and to how much it is widened where it holds too little. */
const WINDOW_SEC = 5;
const WINDOW_SEC_MAX = 60;
/** So many windows in a row must lie in the band. */
const WINDOWS_IN_BAND = 3;

/** Watches one target from the planned end of a spike until it is as it was before. */
export class ReturnWatch {
  readonly band: RecoveryBand | null;
  readonly #durations = new DurationSum(COARSE);
  #completed = 0;
  #failed = 0;
  #windowSec = 0;
  /** Seconds since the end of the spike. */
  #seconds = 0;
  #inBand = 0;
  #firstInBandSec = 0;
  #hasJudged = false;
  #recoveredSec: number | null = null;

  constructor(band: RecoveryBand | null) {
    this.band = band;
  }

  /** Whether there is nothing more to watch. */
  get isOver(): boolean {
    return this.band === null || this.#recoveredSec !== null;
  }

  take({ response, completed, failed }: TargetSecond, seconds: number): void {
    if (this.isOver) return;
    for (const durations of response) this.#durations.add(durations);
    this.#completed += completed;
    this.#failed += failed;
    this.#windowSec += seconds;
    this.#seconds += seconds;
    if (this.#isFull()) this.#judge();
  }

  /** The result so far. */
  read(): { readonly result: RecoveryResult; readonly ms: number | null } {
    if (this.#recoveredSec !== null) {
      return { result: "recovered", ms: this.#recoveredSec * 1000 };
    }
    if (!this.#hasJudged) return { result: "unknown", ms: null };
    return { result: "censored", ms: this.#seconds * 1000 };
  }

  #isFull(): boolean {
    if (this.#windowSec < WINDOW_SEC) return false;
    return this.#durations.count >= SAMPLES_FOR_P95 ||
      this.#windowSec >= WINDOW_SEC_MAX;
  }

  #judge(): void {
    const p95 = this.#durations.percentile(0.95);
    const errors = this.#completed === 0
      ? null
      : this.#failed / this.#completed;
    // If all requests fail, there are no times.
    const isBad = errors !== null && errors > this.band!.errorsMax;
    if (isBad) this.#enter(false);
    else if (p95 !== null) this.#enter(p95 <= this.band!.p95MaxMs);
    this.#durations.clear();
    this.#completed = this.#failed = this.#windowSec = 0;
  }

  #enter(isInBand: boolean): void {
    this.#hasJudged = true;
    if (!isInBand) {
      this.#inBand = 0;
      return;
    }
    if (this.#inBand === 0) {
      this.#firstInBandSec = this.#seconds - this.#windowSec;
    }
    this.#inBand++;
    if (this.#inBand === WINDOWS_IN_BAND) {
      this.#recoveredSec = this.#firstInBandSec;
    }
  }
}
