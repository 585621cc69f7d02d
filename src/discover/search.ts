import type { SearchEnd, StepVerdict } from "./types.ts";

/** Where to search, in requests a second. */
export interface SearchSpan {
  readonly min: number;
  readonly max: number;
}

/** What is to be done next. */
export type Move =
  /** Send at a rate, and judge it. */
  | {
    readonly kind: "step";
    readonly rate: number;
    readonly pass: "up" | "down";
    /** How many times as long as others it has to be. */
    readonly lengths: number;
  }
  /** Wait until the target is as it was. */
  | { readonly kind: "recover" }
  /** Send at a rate that is too high, to see how the target comes back. */
  | { readonly kind: "push"; readonly rate: number }
  | { readonly kind: "done"; readonly end: SearchEnd };

type RateStep = Extract<Move, { kind: "step" }>;

/** A rate that was too high, and why. */
export interface Ceiling {
  readonly rate: number;
  readonly first: string;
  readonly by: "target" | "kar" | "unknown";
}

/** Everything a search knows; it never changes, each move makes another. */
export interface Search {
  readonly span: SearchSpan;
  readonly move: Move;
  /** Highest rate that held, as it was asked for. */
  readonly low: number | null;
  /** Highest rate that did no harm, held or not to be judged. */
  readonly floor: number;
  readonly high: Ceiling | null;
  /** Lowest rate that was too high for the target; null = none was. */
  readonly broken: Ceiling | null;
  /** Highest rate that held coming down from one that was too high. */
  readonly down: number | null;
  /** Whether the passes up are over. */
  readonly isComingDown: boolean;
  /** Tries at the present rate that kar itself spoilt. */
  readonly spoilt: number;
  /** Those of all rates. */
  readonly spoiltInAll: number;
  /** How often a rate that only kar stood in the way of was asked once more. */
  readonly asked: number;
  /** What comes after the target has recovered. */
  readonly after: Move | null;
}

/** Between what held and what did not, nobody can tell finer. */
const PRECISION = 0.05;
const DOUBLE = 2;
/** A machine that stood still for a while is no limit: each try is longer than the last. */
const SPOILT_MAX = 2;
/** And one that never comes to rest shall not make a search endless. */
const SPOILT_IN_ALL_MAX = 6;
/** So often a search asks again before it ends with kar as the limit. */
const ASKED_MAX = 2;
/** Where a target is looked at that comes down, as shares of what it sustained. */
const DOWN_SHARES = [1, 0.9, 0.8, 0.65, 0.5];

/**
 * A search for the highest rate that holds, as a state machine: by doubling
 * from below until something gives way, then by bisection; at last from above,
 * since a target that was overloaded may need less than it held before. What
 * kar itself spoilt is tried again, longer each time, so that a hiccup of this
 * machine does not decide it.
 *
 *   rate
 *    │          ✗ ─┐          ✗ push
 *    │      ✓     ✗ ├ bisect   ✗
 *    │   ✓       ✓ ─┘           ✓ holds again
 *    │ ✓  double                 down
 *    └──────────────────────────────────▶ steps
 */
export function startSearch(span: SearchSpan): Search {
  return {
    span,
    move: step(span.min),
    low: null,
    floor: 0,
    high: null,
    broken: null,
    down: null,
    isComingDown: false,
    spoilt: 0,
    spoiltInAll: 0,
    asked: 0,
    after: null,
  };
}

/** The search after its step was judged. */
export function afterStep(search: Search, verdict: StepVerdict): Search {
  const { move } = search;
  if (move.kind !== "step") throw wrongMove(move);
  const { rate } = move;
  if (verdict.kind === "harmful") return harmed(search, rate, verdict.first);
  if (search.isComingDown) return afterDown(search, rate, verdict);
  switch (verdict.kind) {
    case "sustained":
      return onwards(held(search, rate));
    case "unknown":
      return search.high === null
        ? onwards({ ...search, floor: rate, spoilt: 0 })
        : narrowed(search, { rate, first: verdict.first, by: "unknown" });
    case "kar":
      return mayTryAgain(search)
        ? recovering(triedAgain(search), longer(move))
        : narrowed(search, { rate, first: verdict.first, by: "kar" });
    case "broken":
      return narrowed(search, { rate, first: verdict.first, by: "target" });
  }
}

/** A rate that held. One that was asked once more shows that this machine came to rest. */
function held(search: Search, rate: number): Search {
  const wasAsked = search.spoilt > 0;
  return {
    ...search,
    low: rate,
    floor: rate,
    spoilt: 0,
    spoiltInAll: wasAsked ? 0 : search.spoiltInAll,
  };
}

function mayTryAgain({ spoilt, spoiltInAll }: Search): boolean {
  return spoilt < SPOILT_MAX && spoiltInAll < SPOILT_IN_ALL_MAX;
}

function triedAgain(search: Search): Search {
  const { spoilt, spoiltInAll } = search;
  return { ...search, spoilt: spoilt + 1, spoiltInAll: spoiltInAll + 1 };
}

function longer(move: RateStep): RateStep {
  return { ...move, lengths: move.lengths + 1 };
}

/** Whether a step that was judged is made again. */
export function isTriedAgain({ move, after }: Search, last: RateStep): boolean {
  const next = move.kind === "recover" ? after : move;
  return next?.kind === "step" && next.rate === last.rate &&
    next.pass === last.pass;
}

function harmed(search: Search, rate: number, first: string): Search {
  // On the way down it still suffers from the rate that was too high.
  const high = search.isComingDown
    ? search.high
    : { rate, first, by: "target" as const };
  return end({ ...search, high }, "harmful");
}

/** The search after the target was waited for. */
export function afterRecovery(search: Search, isRecovered: boolean): Search {
  const { move, after } = search;
  if (move.kind !== "recover" || after === null) throw wrongMove(move);
  return isRecovered
    ? { ...search, move: after, after: null }
    : end(search, "not_recovered");
}

/** The search after a push: the first step down follows without a pause. */
export function afterPush(search: Search): Search {
  if (search.move.kind !== "push") throw wrongMove(search.move);
  return { ...search, move: step(search.low!, "down") };
}

/** The search of somebody who wants no more of it. */
export function interrupted(search: Search): Search {
  return end(search, "interrupted");
}

/** What follows once a rate held, or could not be judged. */
function onwards(search: Search): Search {
  const { span: { max }, floor, high } = search;
  if (high !== null) return between(search);
  if (floor >= max) return end(search, search.low === null ? "unknown" : "max");
  return { ...search, move: step(Math.min(floor * DOUBLE, max)) };
}

function narrowed(search: Search, high: Ceiling): Search {
  const broken = high.by === "target" ? high : search.broken;
  return between({ ...search, high, broken, spoilt: 0 });
}

/** The middle of what held and what did not, or the way down. */
function between(search: Search): Search {
  const { floor, high, low } = search;
  const top = high!.rate;
  const rate = rounded((floor + top) / 2);
  const isNarrow = floor === 0 || top <= floor * (1 + PRECISION) ||
    rate <= floor || rate >= top;
  // The one that was too high may still have it to digest.
  const wasTooHigh = search.move.kind === "step" && search.move.rate === top;
  if (!isNarrow) {
    return wasTooHigh
      ? recovering(search, step(rate))
      : { ...search, move: step(rate) };
  }
  if (high!.by === "kar" && search.asked < ASKED_MAX) return asking(search);
  if (high!.by !== "target" || low === null) return end(search, high!.by);
  return { ...search, isComingDown: true, move: { kind: "push", rate: top } };
}

/**
 * Asks for the rate that kar stood in the way of once more, as long as a step
 * may be. Where it holds, all that seemed to lie above it is forgotten but what
 * broke the target.
 */
function asking(search: Search): Search {
  const { high, broken, asked } = search;
  const again = { ...step(high!.rate), lengths: 1 + SPOILT_MAX };
  return recovering({
    ...search,
    high: broken,
    asked: asked + 1,
    spoilt: SPOILT_MAX,
  }, again);
}

function afterDown(
  search: Search,
  rate: number,
  verdict: StepVerdict,
): Search {
  if (verdict.kind === "sustained") {
    return end({ ...search, down: rate }, "target");
  }
  if (verdict.kind === "kar" && mayTryAgain(search)) {
    return { ...triedAgain(search), move: longer(search.move as RateStep) };
  }
  const rates = DOWN_SHARES.map((share) => rounded(search.low! * share));
  const next = rates.find((lower) => lower < rate);
  return next === undefined
    ? end(search, "target")
    : { ...search, spoilt: 0, move: step(next, "down") };
}

function recovering(search: Search, after: Move): Search {
  return { ...search, move: { kind: "recover" }, after };
}

function step(rate: number, pass: RateStep["pass"] = "up"): RateStep {
  return { kind: "step", rate, pass, lengths: 1 };
}

function end(search: Search, end: SearchEnd): Search {
  return { ...search, move: { kind: "done", end }, after: null };
}

/** Three digits: nobody can tell 302.5 from 303. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}

function wrongMove(move: Move): Error {
  return new Error(`Invariant broken: the search was at ${move.kind}`);
}
