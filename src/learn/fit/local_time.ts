/** Wall time of a zone, as arithmetic: the offset of an hour is asked for once. */
export class LocalTime {
  readonly zone: string;
  #hour = NaN;
  #aheadSec = 0;

  constructor(zone: string) {
    this.zone = zone;
  }

  /** Seconds of local time, as if it were UTC, of seconds since the epoch. */
  at(sec: number): number {
    const quarter = Math.floor(sec / 900);
    if (quarter !== this.#hour) {
      this.#hour = quarter;
      this.#aheadSec = Temporal.Instant.fromEpochMilliseconds(quarter * 900_000)
        .toZonedDateTimeISO(this.zone).offsetNanoseconds / 1e9;
    }
    return sec + this.#aheadSec;
  }
}

const DAY_SEC = 86_400;

/** Weekday of local seconds: 1 = Monday … 7 = Sunday. */
export function weekdayOf(localSec: number): number {
  return (Math.floor(localSec / DAY_SEC) + 3) % 7 + 1;
}

/** Seconds since local midnight. */
export function ofDay(localSec: number): number {
  return localSec - Math.floor(localSec / DAY_SEC) * DAY_SEC;
}
