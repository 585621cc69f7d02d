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
  }
  /** Wait until the target is as it was. */
  | { readonly kind: "recover" }
  /** Send at a rate that is too high, to see how the target comes back. */
  | { readonly kind: "push"; readonly rate: number }
  | { readonly kind: "done"; readonly end: SearchEnd };

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
  /** Highest rate that held coming down from one that was too high. */
  readonly down: number | null;
  /** Whether the passes up are over. */
  readonly isComingDown: boolean;
  /** Tries at the present rate that kar itself spoilt. */
  readonly spoilt: number;
  /** What comes after the target has recovered. */
  readonly after: Move | null;
}

/** Between what held and what did not, nobody can tell finer. */
export const PRECISION = 0.05;
const DOUBLE = 2;
/** A machine that stood still for a moment is no limit yet. */
const SPOILT_MAX = 1;
/** Where a target is looked at that comes down, as shares of what it sustained. */
const DOWN_SHARES = [1, 0.9, 0.8, 0.65, 0.5];

/**
 * A search for the highest rate that holds, as a state machine: by doubling
 * from below until something gives way, then by bisection; at last from above,
 * since a target that was overloaded may need less than it held before.
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
    down: null,
    isComingDown: false,
    spoilt: 0,
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
      return onwards({ ...search, low: rate, floor: rate, spoilt: 0 });
    case "unknown":
      return search.high === null
        ? onwards({ ...search, floor: rate, spoilt: 0 })
        : narrowed(search, { rate, first: verdict.first, by: "unknown" });
    case "kar":
      return search.spoilt < SPOILT_MAX
        ? recovering({ ...search, spoilt: search.spoilt + 1 }, move)
        : narrowed(search, { rate, first: verdict.first, by: "kar" });
    case "broken":
      return narrowed(search, { rate, first: verdict.first, by: "target" });
  }
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
  return between({ ...search, high, spoilt: 0 });
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
  if (high!.by !== "target" || low === null) return end(search, high!.by);
  return { ...search, isComingDown: true, move: { kind: "push", rate: top } };
}

function afterDown(
  search: Search,
  rate: number,
  verdict: StepVerdict,
): Search {
  if (verdict.kind === "sustained") {
    return end({ ...search, down: rate }, "target");
  }
  const rates = DOWN_SHARES.map((share) => rounded(search.low! * share));
  const next = rates.find((lower) => lower < rate);
  return next === undefined
    ? end(search, "target")
    : { ...search, move: step(next, "down") };
}

function recovering(search: Search, after: Move): Search {
  return { ...search, move: { kind: "recover" }, after };
}

function step(rate: number, pass: "up" | "down" = "up"): Move {
  return { kind: "step", rate, pass };
}

function end(search: Search, end: SearchEnd): Search {
  return { ...search, move: { kind: "done", end }, after: null };
}

/** Three digits: nobody can tell 302.5 from 303. */
export function rounded(rate: number): number {
  return Number(rate.toPrecision(3));
}

function wrongMove(move: Move): Error {
  return new Error(`Invariant broken: the search was at ${move.kind}`);
}
