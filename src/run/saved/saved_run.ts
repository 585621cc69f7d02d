import { KarError, slotOf, Unfit, Untrusted } from "../../base/mod.ts";
import {
  ARMED,
  EventLog,
  type Pattern,
  Traffic,
  type TrafficHistory,
} from "../../pattern/mod.ts";
import type { Plan } from "../../plan/mod.ts";
import { readTotals, type Totals } from "../../stats/mod.ts";
import type { SavedBreaker } from "../breaker_record.ts";
import type { SavedVerdict } from "../../threshold/mod.ts";
import { readHistory, saveHistory } from "./history.ts";
import type { SavedRun } from "../types.ts";
import { readRank, type SavedRank } from "./ranks.ts";
import { readVerdict } from "./verdict.ts";

/** If the clock is this far behind the last save, it was set back since. */
const SET_BACK_MS = 1000;
/** The date of a change is a few slots ahead; some more where the state was saved a moment late. */
const SLOTS_AHEAD = 100;
/** The last instant of plan time: the year 2400. */
const INSTANT_MS_MAX = 1.4e13;
const COUNT_MAX = 1e15;
const REASON_CHARS_MAX = 4096;
const PLAN_ID_CHARS_MAX = 64;

/** What a run hands over. */
export interface HandoverState {
  readonly history: TrafficHistory;
  readonly totals: Totals;
  readonly breaker: SavedBreaker;
  readonly verdict: SavedVerdict;
  /** Null = nothing of the plan depends on ranks. */
  readonly rank: SavedRank | null;
}

/** A saved state, read and checked. */
export interface RestoredRun extends HandoverState {
  /** Plan time at which it was saved, milliseconds since the epoch. */
  readonly savedMs: number;
}

/** Puts a run's state, changes and totals into plain JSON. */
export function saveRun(
  { planId, nowMs, history, totals, breaker, verdict, rank }: HandoverState & {
    readonly planId: string;
    readonly nowMs: number;
  },
): SavedRun {
  const level = breaker.isHolding ? 0 : 1;
  const body = {
    history: saveHistory(history, level),
    totals,
    breaker,
    verdict,
    ...(rank !== null && { rank }),
  };
  return { version: 1, planId, savedMs: nowMs, body };
}

/** What a run saves itself: its totals, and the changes of the plan. */
export function withoutCounts(saved: SavedRun): SavedRun {
  const history = saveHistory({ base: ARMED, changes: [], area: null }, 1);
  const body = { ...saved.body as HandoverState, history, totals: null };
  return { ...saved, body };
}

/** The same with its totals. */
export function withCounts(saved: SavedRun, totals: Totals): SavedRun {
  return { ...saved, body: { ...saved.body as HandoverState, totals } };
}

/**
 * Reads a saved state. The file is the user's own, but disks fail and files get
 * edited: a mistake in it must not become traffic.
 *
 * @param where what was read, for the message
 * @throws {KarError} `cannotStart` that names the place, the value, and what
 *   would be right
 */
export function readSavedRun(
  saved: SavedRun,
  where = "the saved state",
): RestoredRun {
  try {
    const run = new Untrusted(saved, "run");
    run.at("version").whole(1, 1);
    const savedMs = run.at("savedMs").number(0, INSTANT_MS_MAX);
    const body = run.at("body");
    const lastSlot = slotOf(savedMs) + SLOTS_AHEAD;
    return {
      savedMs,
      history: readHistory(body.at("history"), lastSlot),
      totals: readTotals(body.at("totals")),
      breaker: readBreaker(body.at("breaker")),
      verdict: readVerdict(body),
      rank: readRank(body, lastSlot),
    };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw new KarError(
      "cannotStart",
      `Cannot resume: in ${where} ${error.message}; remove it to start over`,
    );
  }
}

/**
 * Checks what was handed over beside totals, as `withoutCounts` leaves it.
 *
 * @throws {Unfit} for what no run can have handed over
 */
export function checkSavedBeside(saved: Untrusted): void {
  saved.at("version").whole(1, 1);
  saved.at("planId").text(PLAN_ID_CHARS_MAX);
  const lastSlot = slotOf(saved.at("savedMs").number(0, INSTANT_MS_MAX)) +
    SLOTS_AHEAD;
  const body = saved.at("body");
  readHistory(body.at("history"), lastSlot);
  readBreaker(body.at("breaker"));
  readVerdict(body);
  readRank(body, lastSlot);
}

function readBreaker(breaker: Untrusted): SavedBreaker {
  return {
    trips: breaker.at("trips").whole(0, COUNT_MAX),
    heldMs: breaker.at("heldMs").number(0, COUNT_MAX),
    reason: breaker.at("reason").orNull((why) => why.text(REASON_CHARS_MAX)),
    isHolding: breaker.at("isHolding").flag(),
    silentUntilMs: breaker.at("silentUntilMs").number(0, COUNT_MAX),
  };
}

/**
 * The traffic of a run that begins.
 *
 * @param patterns those of plans before, by their numbers from 0
 */
export function trafficOf(
  restored: RestoredRun | null,
  { pattern, safety }: Plan,
  { wallMs, patterns = [] }: {
    readonly wallMs: number;
    readonly patterns?: readonly Pattern[];
  },
): Traffic {
  const history = historyOf(restored, { hasBreaker: Boolean(safety), wallMs });
  const all = [...patterns, pattern];
  return new Traffic(all, new EventLog(history), history.area);
}

/**
 * The events that a run begins with.
 *
 * @param hasBreaker whether the plan has a circuit breaker, which alone may
 *   hold traffic back
 * @param wallMs the wall clock now, milliseconds since the epoch
 */
export function historyOf(
  restored: RestoredRun | null,
  { hasBreaker, wallMs }: {
    readonly hasBreaker: boolean;
    readonly wallMs: number;
  },
): TrafficHistory {
  if (restored === null) return { base: ARMED, changes: [], area: null };
  const { savedMs, history, breaker } = restored;
  const level = hasBreaker && breaker.isHolding ? 0 : 1;
  const log = new EventLog({
    base: { ...history.base, level },
    changes: history.changes.map(({ slot, control }) => ({
      slot,
      control: { ...control, level },
    })),
  });
  // Otherwise all of it would lie ahead, and nothing would be sent until then.
  const isSetBack = wallMs < savedMs - SET_BACK_MS;
  if (isSetBack) log.rebase(slotOf(savedMs), slotOf(wallMs));
  return { ...log.history(), area: isSetBack ? null : history.area };
}
