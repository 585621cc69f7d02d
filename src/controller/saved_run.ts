import { KarError, slotOf } from "../base/mod.ts";
import {
  ARMED,
  type Control,
  type EventHistory,
  EventLog,
  type TrafficEvent,
} from "../pattern/mod.ts";
import type { SavedTotals } from "../stats/mod.ts";
import type { SavedBreaker } from "./breaker_record.ts";
import { isSavedBody, SAVED_KINDS } from "./saved_check.ts";
import type { SavedRun } from "./types.ts";

/** A clock that is this far behind the last save was set back since. */
const SET_BACK_MS = 1000;

/** Numbers that may be NaN, for the plan's value, are null in JSON. */
type Nullable<Whole, Key extends keyof Whole> =
  & Omit<Whole, Key>
  & { readonly [K in Key]: number | null };

interface Body {
  readonly history: {
    readonly base: Nullable<Control, "base" | "max">;
    /** Those since the start of the hour: `uniform` needs its whole area. */
    readonly events: readonly Nullable<TrafficEvent, "value">[];
  };
  readonly totals: SavedTotals;
  readonly breaker: SavedBreaker;
}

/** Puts a run's state, changes and totals into plain JSON. */
export function saveRun({ planId, nowMs, history, totals, breaker }: {
  readonly planId: string;
  readonly nowMs: number;
  readonly history: EventHistory;
  readonly totals: SavedTotals;
  readonly breaker: SavedBreaker;
}): SavedRun {
  const { base, events } = history;
  const body: Body = {
    history: {
      base: {
        ...base,
        base: numberOrNull(base.base),
        max: numberOrNull(base.max),
        plan: 0,
        level: breaker.isHolding ? 0 : 1,
      },
      events: events.filter(({ kind }) => SAVED_KINDS.includes(kind))
        .map((event) => ({ ...event, value: numberOrNull(event.value) })),
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
 * @param wallMs the wall clock now, milliseconds since the epoch
 */
export function historyOf(
  saved: SavedRun | undefined,
  { hasBreaker, wallMs }: {
    readonly hasBreaker: boolean;
    readonly wallMs: number;
  },
): EventHistory {
  if (saved === undefined) return { base: ARMED, events: [] };
  const { base, events } = bodyOf(saved).history;
  const log = new EventLog({
    base: {
      ...ARMED,
      ...base,
      base: base.base ?? NaN,
      max: base.max ?? NaN,
      level: hasBreaker ? base.level : 1,
    },
    events: events.map((event) => ({ ...event, value: event.value ?? NaN })),
  });
  const { savedMs } = saved;
  // An operator may have resumed before it tripped, which lets all through.
  if (hasBreaker && log.at(Infinity).level !== base.level) {
    const slot = Math.max(slotOf(savedMs), events.at(-1)?.slot ?? 0);
    const { level: value } = base;
    log.append({ slot, kind: "level", value, durationMs: 0 });
  }
  // Else all of it would lie ahead, and nothing be sent until then.
  const isSetBack = wallMs < savedMs - SET_BACK_MS;
  if (isSetBack) log.rebase(slotOf(savedMs), slotOf(wallMs));
  return log.history();
}

/** What the breaker had come to. */
export function breakerOf(
  saved: SavedRun | undefined,
): SavedBreaker | undefined {
  return saved && bodyOf(saved).breaker;
}

/**
 * Hands over the totals that a run begins with.
 *
 * @throws {KarError} when they are damaged
 */
export function restoreTotals(
  saved: SavedRun,
  restore: (totals: SavedTotals) => void,
): void {
  const { totals } = bodyOf(saved);
  try {
    restore(totals);
  } catch {
    throw unusable();
  }
}

function bodyOf({ version, savedMs, body }: SavedRun): Body {
  const isOurs = version === 1 && Number.isFinite(savedMs);
  if (isOurs && isSavedBody(body)) return body as Body;
  throw unusable();
}

function unusable(): KarError {
  return new KarError(
    "cannotStart",
    "Cannot resume: the saved state is not of this version of kar, or damaged; remove it to begin anew",
  );
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
