import { SLOTS_PER_SEC } from "../../base/mod.ts";
import type { BasePattern, ScheduleRule } from "../types.ts";
import { type Calendar, calendarOf, type WithCalendar } from "./calendar.ts";
import { absent, type Component, type OpenComponent } from "./component.ts";

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
  readonly #calendar: Calendar | null;
  #offsetSec = 0;
  #fromSec = 0;
  #toSec = -Infinity;

  /**
   * @param calendar dates that are read as another weekday
   * @throws {RangeError} when the zone is not known
   */
  constructor(
    rules: readonly ScheduleRule[],
    zone: string,
    calendar: Calendar | null = null,
  ) {
    this.#calendar = calendar;
    this.#table = rules.length === 0 ? null : weekTable(rules);
    this.#zone = zone;
  }

  /** The multiplier of a slot; 1 where no rule applies. */
  at(slot: number): number {
    return this.#table === null ? 1 : this.#table[this.minuteOf(slot)]!;
  }

  /** The minute of the local week as which a slot is read; 0 = Monday 00:00. */
  minuteOf(slot: number): number {
    const sec = Math.floor(slot / SLOTS_PER_SEC);
    if (sec < this.#fromSec || sec >= this.#toSec) this.#findPeriod(sec);
    const minute = Math.floor((sec + this.#offsetSec) / 60);
    const ofWeek = (minute + EPOCH_WEEKDAY * DAY_MIN) % WEEK_MIN;
    const own = ofWeek < 0 ? ofWeek + WEEK_MIN : ofWeek;
    const as = this.#calendar?.dayOf(slot)?.as ?? null;
    return as === null ? own : (as - 1) * DAY_MIN + own % DAY_MIN;
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

/**
 * Number of the rule that holds in a minute of the week; undefined = none.
 * Of those that cover it the one of highest priority, among equals the last.
 */
function ruleAt(
  rules: readonly ScheduleRule[],
  minute: number,
): number | undefined {
  let found: number | undefined;
  for (const [i, rule] of rules.entries()) {
    if (found !== undefined && rule.priority < rules[found]!.priority) continue;
    for (const covered of minutesOf(rule)) {
      if (covered === minute) found = i;
    }
  }
  return found;
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** `Mon 09:30`, of a minute of the week. */
function weekTime(minute: number): string {
  return `${WEEKDAYS[Math.floor(minute / DAY_MIN)]!} ${dayTime(minute)}`;
}

/** `09:30`; `24:00` at the end of a day that is asked for as such. */
function dayTime(minute: number): string {
  const ofDay = minute === DAY_MIN ? minute : minute % DAY_MIN;
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}`;
}

/** `rule 2 of 3: ×1.5, Mon Tue, 09:00–17:00`. */
function ruleText(rules: readonly ScheduleRule[], index: number): string {
  const { multiplier, days, spans } = rules[index]!;
  const when = days.length === 7
    ? "every day"
    : days.map((day) => WEEKDAYS[day - 1]).join(" ");
  const hours = spans.map(([from, to]) => `${dayTime(from)}–${dayTime(to)}`);
  return `rule ${index + 1} of ${rules.length}: ×${multiplier}, ${when}, ${
    hours.join(" ")
  }`;
}

/** The hour of the week. */
export const schedule: Component<"schedule", true, WithCalendar> = {
  name: "schedule",
  isPlanned: true,
  open: (pattern, before) => {
    const { schedule: rules } = pattern;
    if (rules.length === 0) return absent("no schedule is configured");
    if (before !== undefined && isSameWeek(before.pattern, pattern)) {
      return before.opened;
    }
    return openSchedule(pattern);
  },
};

function openSchedule(pattern: BasePattern & WithCalendar): OpenComponent {
  const { schedule: rules, zone } = pattern;
  const opened = new Schedule(rules, zone, calendarOf(pattern));
  return {
    factorAt: (slot) => opened.at(slot),
    why: (slot) => {
      const minute = opened.minuteOf(slot);
      const rule = ruleAt(rules, minute);
      const text = rule === undefined ? "no rule holds" : ruleText(rules, rule);
      return `${weekTime(minute)} in ${zone}: ${text}`;
    },
  };
}

/** Whether two patterns have one schedule, whose table is worth having once. */
function isSameWeek(a: BasePattern & WithCalendar, b: typeof a): boolean {
  const textOf = ({ zone, schedule, calendar }: typeof a) =>
    JSON.stringify([zone, schedule, calendar]);
  return textOf(a) === textOf(b);
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
