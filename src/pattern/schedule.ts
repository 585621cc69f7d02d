import { SLOTS_PER_SEC } from "../base/mod.ts";
import type { ScheduleRule } from "./types.ts";

const DAY_MIN = 1440;
const WEEK_MIN = 7 * DAY_MIN;
/** 1 January 1970 was a Thursday: three days after the week began. */
const EPOCH_WEEKDAY = 3;

/**
 * The multiplier of the hour of the week, in local wall time.
 *
 * The rules become one table with an entry for each minute of a week; which
 * entry holds depends on the zone's offset, which is constant between two
 * transitions. So an hour that a clock change repeats has its multiplier
 * twice, and one that it skips never.
 */
export class Schedule {
  readonly #table: Float64Array | null;
  readonly #zone: string;
  #offsetSec = 0;
  #fromSec = 0;
  #toSec = -Infinity;

  /** @throws {RangeError} when the zone is not known */
  constructor(rules: readonly ScheduleRule[], zone: string) {
    this.#table = rules.length === 0 ? null : weekTable(rules);
    this.#zone = zone;
  }

  /** The multiplier of a slot; 1 where no rule applies. */
  at(slot: number): number {
    if (this.#table === null) return 1;
    const sec = Math.floor(slot / SLOTS_PER_SEC);
    if (sec < this.#fromSec || sec >= this.#toSec) this.#findPeriod(sec);
    const minute = Math.floor((sec + this.#offsetSec) / 60);
    const ofWeek = (minute + EPOCH_WEEKDAY * DAY_MIN) % WEEK_MIN;
    return this.#table[ofWeek < 0 ? ofWeek + WEEK_MIN : ofWeek]!;
  }

  /** Keeps the span around `sec` in which the zone's offset does not change. */
  #findPeriod(sec: number): void {
    const local = Temporal.Instant.fromEpochMilliseconds(sec * 1000)
      .toZonedDateTimeISO(this.#zone);
    const next = local.getTimeZoneTransition("next");
    this.#offsetSec = local.offsetNanoseconds / 1e9;
    this.#fromSec = sec;
    this.#toSec = next === null ? Infinity : next.epochMilliseconds / 1000;
  }
}

function weekTable(rules: readonly ScheduleRule[]): Float64Array {
  const table = new Float64Array(WEEK_MIN).fill(1);
  const rank = new Float64Array(WEEK_MIN).fill(-Infinity);
  for (const rule of rules) {
    for (const minute of minutesOf(rule)) {
      // Not smaller: among equals the later rule wins.
      if (rule.priority >= rank[minute]!) {
        rank[minute] = rule.priority;
        table[minute] = rule.multiplier;
      }
    }
  }
  return table;
}

/** The minutes of the week, from Monday 00:00, that a rule covers. */
export function* minutesOf(rule: ScheduleRule): Generator<number> {
  for (const day of rule.days) {
    for (const [from, to] of rule.spans) {
      const end = to > from ? to : to + DAY_MIN;
      for (let minute = from; minute < end; minute++) {
        yield ((day - 1) * DAY_MIN + minute) % WEEK_MIN;
      }
    }
  }
}
