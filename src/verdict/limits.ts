import type { Distribution } from "../stats/mod.ts";
import { type Bound, brokenBounds } from "./judge.ts";

/** Ways in which kar itself can have been the limit, a closed list. */
export const LIMIT_REASONS = [
  "late",
  "worker_lost",
  "generator",
  "send_lag",
] as const;

/** One of `LIMIT_REASONS`. */
export type LimitReason = typeof LIMIT_REASONS[number];

/** A short stall may cost a few requests; from this share of the due ones on, kar was too slow. */
const LATE_SHARE = 0.001;

/**
 * Above this the response times say more of kar than of the target. Timers
 * alone (`pacing: eco`) are 1–2 ms late, so they stay below it.
 */
export const SEND_LAG_LIMIT_MS = 10;

/** What says whether kar was the limit, in a run or in a second of it. */
export interface OwnDoing {
  readonly due: number;
  readonly late: number;
  readonly workerLost: number;
  readonly generator: number;
  readonly sendLag: Pick<Distribution, "percentile">;
}

/** Beyond any of these kar was the limit. */
const LIMITS: readonly Bound<OwnDoing, LimitReason>[] = [
  {
    name: "late",
    measure: ({ late, due }) => due === 0 ? null : late / due,
    operator: "<=",
    limit: LATE_SHARE,
  },
  {
    name: "worker_lost",
    measure: ({ workerLost }) => workerLost,
    operator: "<=",
    limit: 0,
  },
  {
    name: "generator",
    measure: ({ generator }) => generator,
    operator: "<=",
    limit: 0,
  },
  {
    name: "send_lag",
    measure: ({ sendLag }) => sendLag.percentile(0.99),
    operator: "<=",
    limit: SEND_LAG_LIMIT_MS,
  },
];

/** The reasons for which kar was the limit; none when it was not. */
export function limitsOf(doing: OwnDoing): LimitReason[] {
  return brokenBounds(LIMITS, doing);
}
