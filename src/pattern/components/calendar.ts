import { SLOT_MS } from "../../base/mod.ts";
import type { BasePattern } from "../types.ts";
import { absent, type Component } from "./component.ts";

/** Dates that a pattern can name. */
export const CALENDAR_MAX = 1000;

/** A date that is not as its weekday is. */
export interface CalendarDay {
  /** `2026-12-25`, in the zone of the schedule. */
  readonly date: string;
  /** The weekday as which the schedule reads it: 1 = Monday … 7 = Sunday; null = its own. */
  readonly as: number | null;
  /** The rate of the whole day is multiplied by it. */
  readonly times: number;
}

/** A pattern that may name dates. */
export interface WithCalendar {
  readonly calendar?: readonly CalendarDay[] | undefined;
}

/** A day of the calendar as slots, `[from, to)`. */
interface DatedSpan {
  readonly from: number;
  readonly to: number;
  readonly day: CalendarDay;
}

/** Which slots the days of a calendar have: from local midnight to the next, whatever a clock change does. */
export class Calendar {
  readonly #spans: readonly DatedSpan[];
  /** The stretch asked for last, with a day or without: only remembered. */
  #from = 0;
  #to = -Infinity;
  #day: CalendarDay | null = null;

  constructor(days: readonly CalendarDay[], zone: string) {
    this.#spans = days.map((day) => {
      const date = Temporal.PlainDate.from(day.date);
      const next = date.add({ days: 1 });
      return { from: startOf(date, zone), to: startOf(next, zone), day };
    }).sort((a, b) => a.from - b.from);
  }

  /** The calendar's day in which a slot lies; null = none. */
  dayOf(slot: number): CalendarDay | null {
    if (slot < this.#from || slot >= this.#to) this.#find(slot);
    return this.#day;
  }

  #find(slot: number): void {
    const next = this.#spans.findIndex(({ to }) => to > slot);
    const span = this.#spans[next];
    const before = next < 0 ? this.#spans.at(-1) : this.#spans[next - 1];
    const isInside = span !== undefined && span.from <= slot;
    this.#day = isInside ? span.day : null;
    this.#from = isInside ? span.from : before?.to ?? -Infinity;
    this.#to = isInside ? span.to : span?.from ?? Infinity;
  }
}

function startOf(date: Temporal.PlainDate, zone: string): number {
  const { epochMilliseconds } = date.toZonedDateTime(zone);
  return Math.ceil(epochMilliseconds / SLOT_MS);
}

/** The days of a pattern's calendar; null = it has none. */
export function calendarOf(
  { calendar, zone }: BasePattern & WithCalendar,
): Calendar | null {
  return calendar === undefined ? null : new Calendar(calendar, zone);
}

/** Dates with a multiplier of their own; as which weekday they are read, the schedule knows. */
export const calendar: Component<"calendar", true, WithCalendar> = {
  name: "calendar",
  isPlanned: true,
  open: (pattern) => {
    const opened = calendarOf(pattern);
    if (opened === null) return absent("no calendar is configured");
    return {
      factorAt: (slot) => opened.dayOf(slot)?.times ?? 1,
      why: (slot) => {
        const day = opened.dayOf(slot);
        return day === null
          ? "not one of its dates"
          : `${day.date} in ${pattern.zone}: ×${day.times}`;
      },
    };
  },
};
