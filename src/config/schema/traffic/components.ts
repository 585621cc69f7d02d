import * as z from "zod";
import { CALENDAR_MAX, DRIFTS_MAX } from "../../../pattern/mod.ts";
import { duration, type Finding, numberIn, ruleOn } from "../fields.ts";
import { DAYS } from "./schedule.ts";

/** No cell of a cascade gets more than this share of its parent. */
const B_MAX = 0.95;
/** Squares of all amplitudes together: more would be a rate of peaks alone. */
const VARIANCE_MAX = 1;
const DATE_HINT = "must be a date such as 2026-12-25";

function drifting(what: string) {
  return z.strictObject({
    amplitude: z.number().min(0).max(1).meta({
      description: `How far ${what} wanders: 0.2 is mostly within ±20 %`,
    }),
    time: duration("10s", "8760h").meta({
      description: "Time after which it has mostly forgotten where it was",
    }),
  }).transform(({ amplitude, time: timeMs }) => ({ amplitude, timeMs }));
}

/** Slow wandering of the rate. */
export const DriftSchema = z.array(drifting("the rate")).max(DRIFTS_MAX)
  .check(ruleOn(["amplitude"], boundedVariance))
  .transform((drifts) => drifts.length === 0 ? undefined : drifts)
  .optional().meta({
    description:
      "Slow wandering of the rate, up to four of different times; off unless given",
  });

function boundedVariance(
  drifts: readonly { readonly amplitude: number }[],
): Finding[] {
  const sum = drifts.reduce((all, { amplitude }) => all + amplitude ** 2, 0);
  return sum <= VARIANCE_MAX + 1e-9 ? [] : [{
    path: [],
    message: "must have amplitudes whose squares are 1 at most together",
  }];
}

/** Wandering of the shares of targets. */
export const MixSchema = drifting("a target's weight").optional().meta({
  description:
    "Slow wandering of the shares of targets and journeys, each by itself; off unless given",
});

function share(description: string) {
  return numberIn(0.5, B_MAX).default(0.5).meta({ description });
}

/** Bursts. */
export const BurstSchema = z.strictObject({
  slow: share("Of stretches of 409.6 s down to 12.8 s"),
  mid: share("Of stretches of 6.4 s down to 0.4 s"),
  fast: share("Of stretches of 200 ms down to 6.25 ms"),
}).optional().meta({
  description:
    "Bursts: each stretch of time is halved again and again, and the fuller half gets this share of its requests; 0.5 = no bursts of that length",
});

const DaySchema = z.strictObject({
  date: z.string({ error: DATE_HINT }).refine(isDate, DATE_HINT).meta({
    description: "The date, in the zone of timezone",
  }),
  as: z.enum(DAYS).optional().meta({
    description: "The weekday as which the schedule reads it",
  }),
  times: numberIn(0, 1000).optional().meta({
    description: "The rate of the whole day is multiplied by this",
  }),
}).check(ruleOn(["as", "times"], anyEffect))
  .transform(({ date, as, times = 1 }) => ({
    date,
    as: as === undefined ? null : 1 + DAYS.indexOf(as),
    times,
  }));

/** Dates that are not as their weekdays are. */
export const CalendarSchema = z.array(DaySchema).max(CALENDAR_MAX)
  .check(ruleOn(["date"], uniqueDates))
  .transform((days) => days.length === 0 ? undefined : days)
  .optional().meta({
    description:
      "Dates that are read as another weekday, or have a multiplier of their own",
  });

function isDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}

function anyEffect(
  { as, times }: { readonly as?: unknown; readonly times?: unknown },
): Finding[] {
  return as !== undefined || times !== undefined
    ? []
    : [{ path: [], message: "must have as, times or both" }];
}

function uniqueDates(days: readonly { readonly date: string }[]): Finding[] {
  const dates = days.map(({ date }) => date);
  return dates.flatMap((date, i) => {
    const before = dates.indexOf(date);
    return before === i ? [] : [{
      path: [i, "date"],
      message: `must be unique, calendar.${before} has the same date`,
    }];
  });
}
