import { DAYS } from "./schema/mod.ts";

const HOUR_MIN = 60;
const DAY_MIN = 24 * HOUR_MIN;
const WEEK_MIN = 7 * DAY_MIN;

/** When a rule of the schedule holds, as the user wrote it. */
export interface When {
  readonly hours?: readonly number[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly days?: readonly typeof DAYS[number][] | undefined;
}

/** Minutes of the day, `[from, to)`; `to` ≤ `from` runs into the next day. */
export type DaySpan = readonly [from: number, to: number];

/** The spans of the day that a rule covers; neighbouring hours become one. */
export function spansOf(when: When): DaySpan[] {
  if (when.from !== undefined && when.to !== undefined) {
    return [[minuteOf(when.from), minuteOf(when.to)]];
  }
  if (when.hours === undefined) return [[0, DAY_MIN]];
  const spans: [number, number][] = [];
  for (const hour of [...new Set(when.hours)].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    const from = hour * HOUR_MIN;
    if (last !== undefined && last[1] === from) last[1] += HOUR_MIN;
    else spans.push([from, from + HOUR_MIN]);
  }
  return spans;
}

/** The weekdays on which a rule's spans begin: 1 = Monday … 7 = Sunday. */
export function weekdaysOf(when: When): number[] {
  const names = when.days ?? DAYS;
  return DAYS.flatMap((day, i) => names.includes(day) ? [i + 1] : []);
}

function minuteOf(clock: string): number {
  const [hour, minute] = clock.split(":").map(Number);
  return hour! * HOUR_MIN + minute!;
}

/** A rule that competes with another for the same minutes. */
export interface Competing extends When {
  readonly priority: number;
  readonly tps_multiplier: number;
}

/** Two rules, by their indexes, that disagree on a minute with equal priority. */
export interface Overlap {
  readonly first: number;
  readonly second: number;
  /** The earliest minute of the week, such as `mon 09:00`. */
  readonly since: string;
}

/** The first overlap of each rule with one before it that priority does not settle. */
export function overlapsOf(schedule: readonly Competing[]): Overlap[] {
  const owners = new Map<number, Int16Array>();
  return schedule.flatMap((rule, second) => {
    const owner = owners.get(rule.priority) ??
      new Int16Array(WEEK_MIN).fill(-1);
    owners.set(rule.priority, owner);
    const minutes = [...minutesOf(rule)];
    const disputed = minutes.filter((minute) => {
      const before = schedule[owner[minute]!];
      return before !== undefined &&
        before.tps_multiplier !== rule.tps_multiplier;
    });
    const minute = Math.min(...disputed);
    const first = owner[minute]!;
    for (const minute of minutes) owner[minute] = second;
    return disputed.length === 0
      ? []
      : [{ first, second, since: weekClock(minute) }];
  });
}

function* minutesOf(when: When): Generator<number> {
  for (const day of weekdaysOf(when)) {
    for (const [from, to] of spansOf(when)) {
      const end = to > from ? to : to + DAY_MIN;
      for (let minute = from; minute < end; minute++) {
        yield ((day - 1) * DAY_MIN + minute) % WEEK_MIN;
      }
    }
  }
}

function weekClock(minute: number): string {
  const ofDay = minute % DAY_MIN;
  const pad = (value: number) => String(value).padStart(2, "0");
  const clock = `${pad(Math.floor(ofDay / HOUR_MIN))}:${pad(ofDay % HOUR_MIN)}`;
  return `${DAYS[Math.floor(minute / DAY_MIN)]} ${clock}`;
}
