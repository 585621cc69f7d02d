import {
  type Reason,
  type ReasonBatch,
  Reasons,
  Samples,
  type TargetReason,
} from "../stats/mod.ts";

/** Batches that may wait for the next reading; a worker sends two a second. */
const WAITING_MAX = 4096;

/**
 * Why requests failed, as reported by all workers.
 *
 * Reports wait for the next reading of their worker's counts, so that no
 * snapshot has more reasons of a kind than failures of it.
 */
export class RunReasons {
  readonly #reasons = new Reasons();
  /** Requests that are kept as examples. */
  readonly samples = new Samples();
  #waiting: ReasonBatch[] = [];
  #newest: TargetReason | null = null;
  /** Called with each reason when it occurs first. */
  onNew: (reason: TargetReason) => void = () => {};

  /** Takes a worker's report. */
  hear(batch: ReasonBatch): void {
    if (this.#waiting.length < WAITING_MAX) this.#waiting.push(batch);
  }

  /** Adds what was reported since the last reading; meant for just before the next one. */
  take(): void {
    const batches = this.#waiting;
    if (batches.length === 0) return;
    this.#waiting = [];
    for (const { reasons, newest, samples = [] } of batches) {
      for (const sample of samples) this.samples.add(sample);
      for (const reason of reasons) {
        if (this.#reasons.add(reason) === "new") this.onNew(reason);
      }
      this.#newest = newest ?? this.#newest;
    }
  }

  /** Why the last failed request failed. */
  get newest(): TargetReason | null {
    return this.#newest;
  }

  /** The reasons of one target. */
  of(target: number): readonly Reason[] {
    return this.#reasons.of(target);
  }

  /** Adds what another run had counted; only before the first report. */
  restore(reason: TargetReason): void {
    this.#reasons.add(reason);
  }
}
