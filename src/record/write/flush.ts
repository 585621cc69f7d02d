import { PHASES } from "../../pattern/mod.ts";
import type { Change } from "../../pattern/mod.ts";
import type { Measured, PlannedSecond } from "../../run/mod.ts";
import {
  type LawCounts,
  NO_TOTALS,
  subtractTotals,
  type Totals,
  unsettled,
} from "../../stats/mod.ts";
import {
  type Interval,
  lawSince,
  type Load,
  type TimelineRow,
} from "../interval/mod.ts";

/**
 * If plan time lies further back, it leapt, and the difference is not the
 * length of an interval.
 */
const INTERVAL_MS_MAX = 60_000;

/** An interval whose middle is so near to that of the next second belongs to it. */
const NEXT_WITHIN_SEC = 0.75;

/** What is new of a run since the last flush: sums go in, differences come out. */
export class Flush {
  #totals: Totals;
  #nowMs: number;
  #cpuSec: number;
  #pollMs: number;
  /** The last seconds as they were told, by their number. */
  #seconds = new Map<number, PlannedSecond>();
  #lastChange = -Infinity;
  /** Of the last interval. */
  #second = NaN;
  #law: LawCounts = {};

  /** Begins where a run begins, with what another one has counted before. */
  constructor({ former, moment }: Measured) {
    this.#totals = former ?? NO_TOTALS;
    this.#nowMs = moment.startMs;
    this.#cpuSec = 0;
    this.#pollMs = 0;
  }

  /** What has come since the last time. */
  take(now: Measured): {
    readonly interval: Interval;
    readonly changes: readonly Change[];
  } {
    const { moment, totals } = now;
    const sinceMs = moment.nowMs - this.#nowMs;
    // After a leap the length is unknown; a second is the usual one.
    const lengthMs = sinceMs >= 0 && sinceMs < INTERVAL_MS_MAX ? sinceMs : 1000;
    const interval = {
      t: this.#secondOf((moment.nowMs - lengthMs / 2) / 1000),
      totals: subtractTotals(totals, this.#totals),
      timeline: this.#timeline(now.seconds),
      load: this.#load(now, lengthMs),
      law: lawSince(now.law, this.#law),
    };
    const changes = now.changes.filter(({ slot }) => slot > this.#lastChange);
    this.#lastChange = changes.at(-1)?.slot ?? this.#lastChange;
    this.#totals = totals;
    this.#law = now.law;
    this.#nowMs = moment.nowMs;
    this.#cpuSec = moment.cpuSec;
    this.#pollMs = moment.pollMs;
    return { interval, changes };
  }

  /**
   * The second of an interval: that of its middle, or the one after the last
   * where it is about as near. Looks come a little early or late, and middles
   * at an edge would leave a second empty and put two into the next one.
   */
  #secondOf(middle: number): number {
    const next = this.#second + 1;
    const isNext = Math.abs(middle - (next + 0.5)) < NEXT_WITHIN_SEC;
    this.#second = isNext ? next : Math.floor(middle);
    return this.#second;
  }

  #load({ moment, totals }: Measured, lengthMs: number): Load {
    const { waiting, inFlight } = openOf(totals);
    return {
      seconds: lengthMs / 1000,
      cpuMs: (moment.cpuSec - this.#cpuSec) * 1000,
      pollMs: moment.pollMs - this.#pollMs,
      rssBytes: moment.rssBytes,
      inFlight,
      waiting,
      workers: moment.workersUp,
    };
  }

  #timeline(seconds: readonly PlannedSecond[]): TimelineRow[] {
    const told = this.#seconds;
    this.#seconds = new Map(seconds.map((row) => [row.second, row]));
    return seconds.flatMap((row) => {
      const more = rowSince(row, told.get(row.second) ?? NOTHING);
      const isNew = more.planned !== 0 || more.due !== 0 || more.sent !== 0 ||
        more.ok !== 0 || more.failed !== 0 || more.missed !== 0 ||
        more.phases.some((slots) => slots !== 0);
      return isNew ? [more] : [];
    });
  }
}

const NOTHING: Omit<TimelineRow, "t"> = {
  planned: 0,
  due: 0,
  sent: 0,
  ok: 0,
  failed: 0,
  missed: 0,
  phases: PHASES.map(() => 0),
};

function rowSince(
  now: TimelineRow,
  before: Omit<TimelineRow, "t">,
): TimelineRow {
  return {
    t: now.t,
    planned: now.planned - before.planned,
    due: now.due - before.due,
    sent: now.sent - before.sent,
    ok: now.ok - before.ok,
    failed: now.failed - before.failed,
    missed: now.missed - before.missed,
    phases: now.phases.map((slots, i) => slots - before.phases[i]!),
  };
}

/** Requests that have no end yet. */
function openOf(
  { targets }: Totals,
): { readonly waiting: number; readonly inFlight: number } {
  let waiting = 0;
  let inFlight = 0;
  for (const { tallies, step } of Object.values(targets)) {
    for (const tally of tallies.map(unsettled)) {
      inFlight += tally.open;
      // A step is due with its journey.
      if (step === undefined) waiting += tally.waiting;
    }
  }
  return { waiting, inFlight };
}
