import type { FailureKind } from "../protocol/mod.ts";
import { COUNTER, GAUGE, type Region } from "./layout.ts";
import type { MissedReason } from "./snapshot.ts";

/** How the requests end that a worker leaves behind. */
export interface SettleOptions {
  /** Reason for those that were due and not sent. */
  readonly missed: MissedReason;
  /** Kind for those that were sent and not answered. */
  readonly failed: FailureKind;
  /** Second of the run in which it happened. */
  readonly second: number;
}

/** What was under way when a worker ended. */
export interface OpenLeft {
  readonly requests: number;
  readonly journeys: number;
}

/** What the collector knows of one worker. */
export class WorkerReading {
  readonly #region: Region;
  readonly #settle: (end: SettleOptions) => OpenLeft;

  constructor(
    region: Region,
    { settle }: { readonly settle: (end: SettleOptions) => OpenLeft },
  ) {
    this.#region = region;
    this.#settle = settle;
  }

  /** The beat after the last one whose arrivals this worker made; 0 = none yet. */
  get beatsMade(): number {
    return this.#region.floats[GAUGE.beatsMade]!;
  }

  /** How many events this worker has taken. */
  get eventsSeen(): number {
    return Atomics.load(this.#region.cells, COUNTER.eventsSeen);
  }

  /**
   * Reads the region for the last time and ends what is left in it.
   *
   * @returns what was still under way
   */
  settle(end: SettleOptions): OpenLeft {
    return this.#settle(end);
  }
}
