import { SLOT_MS } from "../../base/mod.ts";
import type { Recurrence } from "./types.ts";

/** Slots, `[from, to)`, in which the same occurrence is the last one. */
interface KnownSpan {
  readonly from: number;
  readonly to: number;
  /** The slot of its instant; −Infinity = there was none. */
  readonly start: number;
}

/** Days that are looked back for the last occurrence: a week, and one for a clock change. */
const DAYS_BACK = 8;

/** When something happens, as slots. */
export class Occurrences {
  readonly #when: Recurrence;
  readonly #zone: string;
  #known: KnownSpan = { from: 0, to: -Infinity, start: -Infinity };

  constructor(when: Recurrence, zone: string) {
    this.#when = when;
    this.#zone = zone;
  }

  /** The slot of the last occurrence at or before a slot; −Infinity = there was none. */
  lastAt(slot: number): number {
    const { from, to, start } = this.#known;
    if (slot >= from && slot < to) return start;
    this.#known = this.#find(slot);
    return this.#known.start;
  }

  #find(slot: number): KnownSpan {
    const when = this.#when;
    switch (when.kind) {
      case "once":
        return spanOf([instantOf(when.at, this.#zone)], slot);
      case "every": {
        const ms = slot * SLOT_MS - when.offsetMs;
        const first = Math.floor(ms / when.everyMs) * when.everyMs +
          when.offsetMs;
        return spanOf(
          [first, first + when.everyMs].map((at) => Math.ceil(at / SLOT_MS)),
          slot,
        );
      }
      case "daily":
        return spanOf(this.#days(slot, when), slot);
    }
  }

  /** Occurrences around a slot, in order. */
  #days(
    slot: number,
    { sec, days }: Extract<Recurrence, { kind: "daily" }>,
  ): number[] {
    const today = Temporal.Instant.fromEpochMilliseconds(slot * SLOT_MS)
      .toZonedDateTimeISO(this.#zone).toPlainDate();
    const clock = Temporal.PlainTime.from("00:00").add({ seconds: sec });
    const found: number[] = [];
    for (let day = -DAYS_BACK; day <= DAYS_BACK; day++) {
      const date = today.add({ days: day });
      if (!days.includes(date.dayOfWeek)) continue;
      const { epochMilliseconds } = date.toPlainDateTime(clock)
        .toZonedDateTime(this.#zone);
      found.push(Math.ceil(epochMilliseconds / SLOT_MS));
    }
    return found;
  }
}

/** The stretch between two of some instants in which a slot lies. */
function spanOf(starts: readonly number[], slot: number): KnownSpan {
  const next = starts.findIndex((start) => start > slot);
  const start = (next < 0 ? starts.at(-1) : starts[next - 1]) ?? -Infinity;
  return { from: start, start, to: next < 0 ? Infinity : starts[next]! };
}

/** Slot of a date and time, local where it has no offset; NaN = it is none. */
export function instantOf(text: string, zone: string): number {
  try {
    const ms = /(Z|[+-][0-9]{2}:?[0-9]{2})$/.test(text)
      ? Temporal.Instant.from(text).epochMilliseconds
      : Temporal.PlainDateTime.from(text).toZonedDateTime(zone)
        .epochMilliseconds;
    return Math.ceil(ms / SLOT_MS);
  } catch {
    return NaN;
  }
}
