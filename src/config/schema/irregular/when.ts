import * as z from "zod";
import { instantOf, type Recurrence } from "../../../pattern/mod.ts";
import { parseDuration } from "../../../base/mod.ts";
import { duration, DURATION_REGEXP, type Finding } from "../fields.ts";
import { DAYS } from "../traffic/mod.ts";

const CLOCK_REGEXP = /^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$/;
const AT_HINT =
  "must be a date and time such as 2026-12-01T18:00:00, a time of day such as 03:00, or with every a duration such as 5m";
const DAY_SEC = 86_400;

/** When something happens: once, each day, or each multiple of a time. */
export const whenShape = {
  at: z.string({ error: AT_HINT }).max(64).optional().meta({
    description:
      "A date and time, or a time of day, in the zone of timezone; with every, how long after each full period",
  }),
  every: duration("10s", "24h").optional().meta({
    description: "Each full period since midnight UTC",
  }),
  days: z.array(z.enum(DAYS)).min(1).max(7).optional().meta({
    description: "Weekdays of a time of day; without it, every day",
  }),
};

/** What is written of it. */
export interface WhenInput {
  readonly at?: string | undefined;
  readonly every?: number | undefined;
  readonly days?: readonly (typeof DAYS[number])[] | undefined;
}

/** How far two occurrences are apart at least, in milliseconds; Infinity = there is one. */
export function leastGapMs({ at = "", every }: WhenInput): number {
  if (every !== undefined) return every;
  // The shortest day of a clock change has 22 hours, or 23.
  return CLOCK_REGEXP.test(at) ? 22 * 3_600_000 : Infinity;
}

/** What is wrong with it. */
export function whenFindings({ at, every, days }: WhenInput): Finding[] {
  if (every !== undefined) {
    if (DAY_SEC * 1000 % every !== 0) {
      const message = "must be a part of a day, such as 30s, 5m, 1h or 24h";
      return [{ path: ["every"], message }];
    }
    if (days !== undefined) {
      return [{ path: ["days"], message: "must go with a time of day in at" }];
    }
    if (at === undefined || offsetMs(at) < every) return [];
    const message = "must be a duration below every, such as 5m";
    return [{ path: ["at"], message }];
  }
  if (at === undefined) return [{ path: [], message: "must have at or every" }];
  const isClock = CLOCK_REGEXP.test(at);
  if (!isClock && Number.isNaN(instantOf(at, "UTC"))) {
    return [{ path: ["at"], message: AT_HINT }];
  }
  return isClock || days === undefined
    ? []
    : [{ path: ["days"], message: "must go with a time of day in at" }];
}

/** In the form that a plan has. */
export function whenOf({ at, every, days }: WhenInput): Recurrence {
  if (every !== undefined) {
    return {
      kind: "every",
      everyMs: every,
      offsetMs: at === undefined ? 0 : offsetMs(at),
    };
  }
  if (!CLOCK_REGEXP.test(at!)) return { kind: "once", at: at! };
  const [hours, minutes, seconds = 0] = at!.split(":").map(Number);
  return {
    kind: "daily",
    sec: hours! * 3600 + minutes! * 60 + seconds,
    days: (days ?? DAYS).map((day) => 1 + DAYS.indexOf(day)),
  };
}

/** Milliseconds of a duration; NaN = it is none. */
function offsetMs(text: string): number {
  return DURATION_REGEXP.test(text) ? parseDuration(text) ?? NaN : NaN;
}
