import * as z from "zod";
import { type Finding, numberIn, ruleOn, wholeIn } from "../fields.ts";

/** Names of weekdays; the first is day 1. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const CLOCK_HINT = 'must be a time of day such as "09:30"';

function clock(pattern: RegExp) {
  return z.string({ error: CLOCK_HINT }).regex(pattern, CLOCK_HINT).optional();
}

const ScheduleObject = z.strictObject({
  hours: z.array(wholeIn(0, 23)).min(1).max(24).optional().meta({
    description: "Hours of the day, 0 to 23, in the zone of timezone",
  }),
  from: clock(/^([01][0-9]|2[0-3]):[0-5][0-9]$/).meta({
    description: "Start, HH:MM, instead of hours",
  }),
  to: clock(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/).meta({
    description: "End, HH:MM or 24:00; before from = on the next day",
  }),
  days: z.array(z.enum(DAYS)).min(1).max(7).optional().meta({
    description: "Weekdays on which the span begins; without it, every day",
  }),
  tps_multiplier: numberIn(0, 1000).meta({
    description: "The rate is multiplied by this; 0 = no traffic",
  }),
  priority: wholeIn(-1000, 1000).default(0).meta({
    description: "Where rules overlap, the highest wins",
  }),
});

type ScheduleInput = z.output<typeof ScheduleObject>;

/** One rule of the schedule. */
export const ScheduleSchema = ScheduleObject
  .check(ruleOn(["hours", "from", "to", "days"], when))
  .meta({ description: "A multiplier for some hours of some days" });

function when(rule: ScheduleInput): Finding[] {
  const { hours, from, to, days } = rule;
  if (hours !== undefined && (from !== undefined || to !== undefined)) {
    const message = "must have either hours or from and to";
    return [{ path: [], message }];
  }
  if ((from === undefined) !== (to === undefined)) {
    const [given, missing] = to === undefined ? ["from", "to"] : ["to", "from"];
    return [{ path: [given], message: `must go with ${missing}` }];
  }
  if (from !== undefined && from === to) {
    const message =
      "must not be the same as from; a whole day is 00:00 to 24:00";
    return [{ path: ["to"], message }];
  }
  const isEmpty = hours === undefined && from === undefined &&
    days === undefined;
  return isEmpty
    ? [{ path: [], message: "must have hours, from and to, or days" }]
    : [];
}
