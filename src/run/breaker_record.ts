import type { Clock } from "../base/mod.ts";

/** The history of the circuit breaker. */
export interface BreakerDeeds {
  /** How often it tripped, failed probes included. */
  readonly trips: number;
  /** Milliseconds of each trip, until all traffic was let through again. */
  readonly heldMs: number;
  /** Why it tripped last; null = it never did. */
  readonly reason: string | null;
}

/** The same as it is saved: plain JSON. */
export interface SavedBreaker extends BreakerDeeds {
  /** Whether it held traffic back then. */
  readonly isHolding: boolean;
  /** Plan time until which the target had asked to back off; 0 = it had not. */
  readonly silentUntilMs: number;
}

/** Keeps count of what the circuit breaker does. */
export class BreakerRecord {
  readonly #clock: Clock;
  readonly #before: number;
  #ownTrips = 0;
  #heldMs: number;
  #reason: string | null;
  /** Monotonic; null = it holds nothing back. */
  #sinceMs: number | null;

  /**
   * @param deeds the history of the run that this one continues
   * @param isHolding whether traffic is held back from the start
   */
  constructor(
    clock: Clock,
    { deeds, isHolding }: {
      readonly deeds: BreakerDeeds | undefined;
      readonly isHolding: boolean;
    },
  ) {
    this.#clock = clock;
    this.#before = deeds?.trips ?? 0;
    this.#heldMs = deeds?.heldMs ?? 0;
    this.#reason = deeds?.reason ?? null;
    this.#sinceMs = isHolding ? clock.now() : null;
  }

  tripped(reason: string): void {
    this.#ownTrips++;
    this.#reason = reason;
    this.#sinceMs ??= this.#clock.now();
  }

  closed(): void {
    this.#heldMs = this.read().heldMs;
    this.#sinceMs = null;
  }

  /** How often it tripped in this process. */
  get ownTrips(): number {
    return this.#ownTrips;
  }

  read(): BreakerDeeds {
    const openMs = this.#sinceMs === null
      ? 0
      : this.#clock.now() - this.#sinceMs;
    return {
      trips: this.#before + this.#ownTrips,
      heldMs: this.#heldMs + openMs,
      reason: this.#reason,
    };
  }
}
