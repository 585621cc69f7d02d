import { KarError } from "../base/mod.ts";
import { ARMED, type Control, type EventHistory } from "../pattern/mod.ts";
import type { SavedTotals } from "../stats/mod.ts";
import type { SavedBreaker } from "./breaker_record.ts";
import type { SavedRun } from "./types.ts";

/** Operator's base and max as JSON has them: null = the plan's. */
interface Body {
  readonly control: Omit<Control, "base" | "max"> & {
    readonly base: number | null;
    readonly max: number | null;
  };
  readonly totals: SavedTotals;
  /** Absent in what older versions saved. */
  readonly breaker?: SavedBreaker;
}

/** Puts a run's state, changes and totals into plain JSON. */
export function saveRun({ planId, nowMs, control, totals, breaker }: {
  readonly planId: string;
  readonly nowMs: number;
  readonly control: Control;
  readonly totals: SavedTotals;
  readonly breaker: SavedBreaker;
}): SavedRun {
  const body: Body = {
    // The successor begins with one plan.
    control: {
      ...control,
      base: numberOrNull(control.base),
      max: numberOrNull(control.max),
      plan: 0,
      level: breaker.isHolding ? 0 : 1,
    },
    totals,
    breaker,
  };
  return { version: 1, planId, savedMs: nowMs, body };
}

/**
 * The events that a run begins with.
 *
 * @param hasBreaker whether the plan has a circuit breaker, which alone may
 *   hold traffic back
 */
export function historyOf(
  saved: SavedRun | undefined,
  hasBreaker: boolean,
): EventHistory {
  if (saved === undefined) return { base: ARMED, events: [] };
  const { control } = bodyOf(saved);
  const level = hasBreaker ? control.level : 1;
  const base = { ...ARMED, ...control, level, base: control.base ?? NaN };
  return { base: { ...base, max: control.max ?? NaN }, events: [] };
}

/** What the breaker had come to. */
export function breakerOf(
  saved: SavedRun | undefined,
): SavedBreaker | undefined {
  return saved && bodyOf(saved).breaker;
}

/** The totals that a run begins with. */
export function totalsOf(saved: SavedRun): SavedTotals {
  return bodyOf(saved).totals;
}

function bodyOf({ version, body }: SavedRun): Body {
  const isWhole = version === 1 && typeof body === "object" && body !== null &&
    "control" in body && "totals" in body;
  if (isWhole) return body as Body;
  throw new KarError(
    "cannotStart",
    "Cannot resume: the saved state is not of this version of kar; remove it to begin anew",
  );
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
