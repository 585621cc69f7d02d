import { formatDuration } from "../base/mod.ts";
import type { SafetyPlan } from "../plan/mod.ts";
import { type Bound, judge } from "../verdict/mod.ts";

/*
 * The circuit breaker as a function from state and second to state:
 *
 *   closed ──(threshold passed long enough)──▶ tripped, level 0
 *     ▲                                          │      ▲
 *     │                            (silence over)│      │(threshold passed)
 *     └──(last step held)── recovering ◀─────────┘──────┘
 *                           probes, 25 %, 50 %, 100 %
 */

/** Seconds over which a closed breaker judges. */
export const WINDOW_SEC = 10;
/** Fewer requests than this in the window never trip. */
export const REQUESTS_TO_TRIP = 20;
/** Fewer requests than this decide nothing while it comes back. */
const REQUESTS_TO_JUDGE = 5;
/** Probes per second, as far as `PROBE_LEVEL_MIN` allows. */
const PROBES_PER_SEC = 1;
/** Share of the traffic that probes have at least: fewer say little of it. */
export const PROBE_LEVEL_MIN = 0.01;
/** Shares of the traffic on the way back, after the probes. */
export const STEP_LEVELS: readonly number[] = [0.25, 0.5, 1];
/** How long the probes and each step are held, at least. */
const STEP_MS = 10_000;
/** A `Retry-After` beyond this counts as this: as long as `resume_after` may be. */
export const RETRY_AFTER_MS_MAX = 24 * 3_600_000;
/**
 * How long probes wait for requests that were sent before the silence: their
 * late failures would be taken for those of the probes.
 */
export const STRAGGLERS_MS_MAX = 60_000;
/** The level of probes is corrected when their rate is off by this factor. */
const PROBES_OFF = 2;

/** The 95th percentile is above a bound when more than this share is. */
const SHARE_ABOVE_P95 = 0.05;

/** What ended in some time. */
export interface Ends {
  /** Requests that say something of the target. */
  readonly requests: number;
  /** Those of them that it failed. */
  readonly failures: number;
  /** Requests whose response time is known. */
  readonly timed: number;
  /** Those of them above the bound of the 95th percentile. */
  readonly slow: number;
}

/** One second, as the breaker sees it. */
export interface BreakerSecond extends Ends {
  /** Monotonic. */
  readonly nowMs: number;
  /**
   * Highest rate that the traffic has from now until the next look without a
   * breaker, requests per second.
   */
  readonly fullRate: number;
  /** Requests under way. */
  readonly open: number;
  /** Monotonic instant before which the target asked to back off; 0 = none. */
  readonly retryAtMs: number;
}

/** What the breaker remembers. */
export type BreakerState =
  | {
    readonly kind: "closed";
    /** The last `WINDOW_SEC` seconds. */
    readonly window: readonly Ends[];
    /** Monotonic instant since when a threshold is exceeded; null = it is not. */
    readonly badSinceMs: number | null;
  }
  | {
    readonly kind: "tripped";
    readonly sinceMs: number;
    readonly reason: string;
  }
  | {
    readonly kind: "recovering";
    /** Share of the traffic that is sent. */
    readonly level: number;
    /** Whether these are the probes, and not yet a step. */
    readonly isProbing: boolean;
    readonly sinceMs: number;
    /** What ended since then. */
    readonly ends: Ends;
  };

/** The closed state before the first second. */
export const CLOSED: BreakerState = {
  kind: "closed",
  window: [],
  badSinceMs: null,
};

/** Nothing ended. */
export const NO_ENDS: Ends = { requests: 0, failures: 0, timed: 0, slow: 0 };

/** Share of the traffic that is sent in a state. */
export function levelOf(state: BreakerState): number {
  switch (state.kind) {
    case "closed":
      return 1;
    case "tripped":
      return 0;
    case "recovering":
      return state.level;
  }
}

/** The same state, with nothing seen yet: what ended so far was judged by other rules. */
export function forgetEnds(state: BreakerState): BreakerState {
  switch (state.kind) {
    case "closed":
      return CLOSED;
    case "tripped":
      return state;
    case "recovering":
      return { ...state, ends: NO_ENDS };
  }
}

/** The state after one more second. */
export function nextState(
  state: BreakerState,
  second: BreakerSecond,
  safety: SafetyPlan,
): BreakerState {
  switch (state.kind) {
    case "closed":
      return watched(state, second, safety);
    case "tripped":
      return rested(state, second, safety);
    case "recovering":
      return tried(state, second, safety);
  }
}

type State<K extends BreakerState["kind"]> = BreakerState & {
  readonly kind: K;
};

function watched(
  state: State<"closed">,
  second: BreakerSecond,
  safety: SafetyPlan,
): BreakerState {
  const { nowMs } = second;
  const window = [...state.window, endsOf(second)].slice(-WINDOW_SEC);
  const reason = complaint(window.reduce(sum), safety, REQUESTS_TO_TRIP);
  if (reason === null) return { kind: "closed", window, badSinceMs: null };
  const badSinceMs = state.badSinceMs ?? nowMs;
  return nowMs - badSinceMs >= safety.sustainedForMs
    ? { kind: "tripped", sinceMs: nowMs, reason }
    : { kind: "closed", window, badSinceMs };
}

function rested(
  state: State<"tripped">,
  { nowMs, fullRate, open, retryAtMs }: BreakerSecond,
  { resumeAfterMs }: SafetyPlan,
): BreakerState {
  const { sinceMs } = state;
  const askedMs = Math.min(retryAtMs, sinceMs + RETRY_AFTER_MS_MAX);
  const silentToMs = Math.max(sinceMs + resumeAfterMs, askedMs);
  const waitMs = open > 0 ? STRAGGLERS_MS_MAX : 0;
  // Where the plan sends nothing there is nothing to probe with.
  if (fullRate === 0 || nowMs < silentToMs + waitMs) return state;
  return recovering(probeLevel(fullRate), { isProbing: true, nowMs });
}

function tried(
  state: State<"recovering">,
  second: BreakerSecond,
  safety: SafetyPlan,
): BreakerState {
  const { nowMs } = second;
  const ends = sum(state.ends, second);
  const reason = complaint(ends, safety, REQUESTS_TO_JUDGE);
  if (reason !== null) return { kind: "tripped", sinceMs: nowMs, reason };
  const isHeld = nowMs - state.sinceMs >= STEP_MS &&
    ends.requests >= REQUESTS_TO_JUDGE;
  if (!isHeld) return { ...state, ends, level: keptLevel(state, second) };
  const level = STEP_LEVELS.find((level) => level > state.level);
  return level === undefined
    ? CLOSED
    : recovering(level, { isProbing: false, nowMs });
}

function recovering(
  level: number,
  { isProbing, nowMs }: { isProbing: boolean; nowMs: number },
): BreakerState {
  return {
    kind: "recovering",
    level,
    isProbing,
    sinceMs: nowMs,
    ends: NO_ENDS,
  };
}

/** A trickle stays a trickle when the plan's own rate goes up or down. */
function keptLevel(
  { isProbing, level }: State<"recovering">,
  { fullRate }: BreakerSecond,
): number {
  if (!isProbing || fullRate === 0) return level;
  const right = probeLevel(fullRate);
  const isOff = level > PROBES_OFF * right || level < right / PROBES_OFF;
  return isOff ? right : level;
}

/** Share of the traffic that comes to `PROBES_PER_SEC`, within its bounds. */
function probeLevel(fullRate: number): number {
  return Math.min(1, Math.max(PROBES_PER_SEC / fullRate, PROBE_LEVEL_MIN));
}

/** Which threshold is passed, in words; null = none, or too little is known. */
function complaint(
  ends: Ends,
  safety: SafetyPlan,
  least: number,
): string | null {
  const passed = judge(boundsOf(safety, least), ends)
    .find(({ result }) => result === "fail");
  switch (passed?.name) {
    case undefined:
      return null;
    case "error_rate":
      return `${ends.failures} of ${ends.requests} requests failed, above ${
        passed!.limit
      } %`;
    case "p95":
      return `p95 above ${
        formatDuration(safety.p95AboveMs!)
      }: ${ends.slow} of ${ends.timed} requests took longer`;
  }
}

/** @param least fewer requests say nothing */
function boundsOf(
  { errorRateAbove, p95AboveMs }: SafetyPlan,
  least: number,
): Bound<Ends, "error_rate" | "p95">[] {
  const share = (part: number, whole: number) =>
    whole < least ? null : part / whole;
  return [
    {
      name: "error_rate",
      measure: ({ failures, requests }) => share(100 * failures, requests),
      operator: "<=",
      limit: errorRateAbove ?? Infinity,
    },
    {
      name: "p95",
      measure: ({ slow, timed }) => share(slow, timed),
      operator: "<=",
      limit: p95AboveMs === null ? Infinity : SHARE_ABOVE_P95,
    },
  ];
}

function endsOf({ requests, failures, timed, slow }: Ends): Ends {
  return { requests, failures, timed, slow };
}

function sum(a: Ends, b: Ends): Ends {
  return {
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    timed: a.timed + b.timed,
    slow: a.slow + b.slow,
  };
}
