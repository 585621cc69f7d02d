import { COARSE, type DurationGrowth } from "../../stats/mod.ts";
import { DurationSum } from "../duration_sum.ts";

/** Seconds of the baseline that are kept. */
const BASELINE_SEC = 300;
/** A 95th percentile of fewer samples is a guess. */
export const SAMPLES_FOR_P95 = 200;
const SHARE = 0.95;
/** Quantile of the normal distribution for a limit that holds in 97.5 %. */
const Z = 1.96;
const P95_SLACK = 1.1;
const ERRORS_SLACK = 0.001;

/** What one second says of a target. */
export interface TargetSecond {
  readonly response: readonly DurationGrowth[];
  readonly completed: number;
  readonly failed: number;
}

/** What a target has to return to. */
export interface RecoveryBand {
  readonly baselineP95Ms: number;
  readonly p95MaxMs: number;
  readonly errorsMax: number;
}

/** How a target answers in the last five minutes of the baseline. */
export class BaselineWindow {
  readonly #durations = new DurationSum(COARSE);
  readonly #ring: TargetSecond[] = [];
  #completed = 0;
  #failed = 0;

  take(second: TargetSecond): void {
    this.#add(second, 1);
    this.#ring.push(second);
    if (this.#ring.length > BASELINE_SEC) this.#add(this.#ring.shift()!, -1);
  }

  /** The band around it; null = too little is known of it. */
  band(): RecoveryBand | null {
    const { count } = this.#durations;
    if (count < SAMPLES_FOR_P95 || this.#completed === 0) return null;
    // Extremes are not subtracted with a second that leaves: percentiles do not
    // need them.
    this.#durations.minMs = 0;
    this.#durations.maxMs = Infinity;
    const spread = Z * Math.sqrt(SHARE * (1 - SHARE) / count);
    const p95 = this.#durations.percentile(SHARE);
    const most = this.#durations.percentile(SHARE + spread) ?? p95;
    if (p95 === null || most === null) return null;
    return {
      baselineP95Ms: p95,
      p95MaxMs: most * P95_SLACK,
      errorsMax: this.#failed / this.#completed + ERRORS_SLACK,
    };
  }

  #add({ response, completed, failed }: TargetSecond, sign: 1 | -1): void {
    for (const { cells } of response) this.#durations.addCells(cells, sign);
    this.#completed += sign * completed;
    this.#failed += sign * failed;
  }
}
