import type { Pacing, PickedPacing } from "../../plan/mod.ts";

/** What a pacing may spend on being on time. */
export interface PacingPolicy {
  /** Share of a core for waiting; Infinity = as much as it takes, 0 = only sleep. */
  readonly share: number;
  /** Beyond the share, the time between two wakes: what is due meanwhile is sent together. */
  readonly apartMs: number;
}

/** What each pacing may spend. */
export const POLICIES: Readonly<Record<PickedPacing, PacingPolicy>> = {
  exact: { share: Infinity, apartMs: 0 },
  normal: { share: 0.25, apartMs: 0.2 },
  eco: { share: 0, apartMs: 1 },
};

/**
 * Requests per second and core up to which `auto` is `exact`: some 35 % of a
 * core. Beyond it there is less and less to sleep for.
 */
const EXACT_RATE_MAX = 5000;

/** What `auto` means for a rate on so many workers and cores. */
export function pickPacing(
  pacing: Pacing,
  { ratePerSec, workers, cores }: {
    /** The highest that the plan allows. */
    readonly ratePerSec: number;
    readonly workers: number;
    readonly cores: number;
  },
): PickedPacing {
  if (pacing !== "auto") return pacing;
  const each = ratePerSec / Math.min(workers, cores);
  return each <= EXACT_RATE_MAX ? "exact" : "normal";
}

/** What may be saved up for a burst, in milliseconds. */
const SAVED_MS_MAX = 25;

/** The time that a policy may still spend. */
export class Budget {
  readonly #share: number;
  #savedMs = SAVED_MS_MAX;
  #earnedAtMs: number;

  constructor({ share }: PacingPolicy, nowMs: number) {
    this.#share = share;
    this.#earnedAtMs = nowMs;
  }

  /** Whether anything is left. */
  allows(nowMs: number): boolean {
    if (this.#share === 0 || this.#share === Infinity) return this.#share > 0;
    const earnedMs = (nowMs - this.#earnedAtMs) * this.#share;
    this.#earnedAtMs = nowMs;
    this.#savedMs = Math.min(SAVED_MS_MAX, this.#savedMs + earnedMs);
    return this.#savedMs > 0;
  }

  spend(ms: number): void {
    this.#savedMs -= ms;
  }
}
