import { LocalTime, ofDay, weekdayOf } from "./local_time.ts";
import { medianOf } from "./numbers.ts";
import { partition } from "./partition.ts";
import { coarser, type Series, spanOf, totalOf } from "./series.ts";

/** A part of the day with one rate. */
export interface ProfileStep {
  /** Minutes since midnight; `to` up to 1440. */
  readonly fromMin: number;
  readonly toMin: number;
  /** Requests a second. */
  readonly rate: number;
  /** Its standard error as a share, by days. */
  readonly error: number;
}

/** Days that are alike. */
export interface DayType {
  /** 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[];
  readonly steps: readonly ProfileStep[];
  /** Days of the data. */
  readonly count: number;
}

/** A typical week. */
export interface Profile {
  readonly types: readonly DayType[];
  /** What was compared, and how well each did: less is better. */
  readonly judged: readonly { readonly name: string; readonly score: number }[];
  readonly chosen: string;
}

const QUARTERS = 96;
const QUARTER_SEC = 900;
const DAY_SEC = 86_400;
/** A day with fewer requests says nothing. */
const SPAN_SEC_MIN = 20 * 3600;
/** Lengths of the short bins whose median a quarter hour has. */
const SHORT_BINS_SEC = [10, 30, 60, 150, 300, 450];
const SHORT_COUNT_MIN = 5;

/** How much better a finer division has to be: days that drift also differ by chance. */
const BETTER = 0.9;

const GROUPS: readonly {
  readonly name: string;
  readonly days: readonly (readonly number[])[];
  readonly daysMin: number;
}[] = [
  { name: "one day", days: [[1, 2, 3, 4, 5, 6, 7]], daysMin: 0 },
  {
    name: "weekdays and weekend",
    days: [[1, 2, 3, 4, 5], [6, 7]],
    daysMin: 14,
  },
  {
    name: "weekdays, Saturday, Sunday",
    days: [[1, 2, 3, 4, 5], [6], [7]],
    daysMin: 14,
  },
  {
    name: "each day of the week",
    days: [[1], [2], [3], [4], [5], [6], [7]],
    daysMin: 21,
  },
];

/** Logarithms of the rates of quarter hours, by day; NaN = nothing is known. */
interface Quarters {
  /** Local day numbers, in order. */
  readonly days: readonly number[];
  readonly logs: readonly Float64Array[];
}

/**
 * A typical week: the best partition of quarter hours into steps, for the
 * division of days that explains most by the fewest numbers (BIC). Quarter hours
 * count by the median of their ten seconds, which spikes do not lift.
 */
export function fitProfile(series: Series, time: LocalTime): Profile {
  const flat = flatProfile(series);
  if (spanOf(series) < SPAN_SEC_MIN) return flat;
  const quarters = quartersOf(series, time);
  const known = quarters.logs.reduce(
    (sum, day) => sum + day.filter((y) => !Number.isNaN(y)).length,
    0,
  );
  if (known < QUARTERS / 2) return flat;
  const deviation = noiseOf(quarters);
  const penalty = 2 * Math.log(known);
  const spanDays = spanOf(series) / DAY_SEC;
  const tried = GROUPS.filter(({ daysMin }) => spanDays >= daysMin - 0.5)
    .map(({ name, days }) => {
      const fits = days.map((of) =>
        partition(daysIn(quarters, of), { deviation, penalty })
      );
      const score = fits.reduce((sum, fit) => sum + fit.score, 0);
      const types = fits.map(({ steps, count }, i) => ({
        ...{ days: days[i]!, count },
        steps: steps.map((step) => ({
          fromMin: step.from * 15,
          toMin: step.to * 15,
          rate: Math.exp(step.mean),
          error: step.error,
        })),
      }));
      return {
        name,
        score,
        types,
        isWhole: fits.every(({ count }) => count > 0),
      };
    }).filter(({ isWhole }) => isWhole);
  const best = tried.reduce(
    (a, b) => b.score < BETTER * a.score ? b : a,
    tried[0]!,
  );
  if (best === undefined) return flat;
  return {
    types: best.types,
    judged: tried.map(({ name, score }) => ({ name, score })),
    chosen: best.name,
  };
}

/** One rate all the time. */
function flatProfile(series: Series): Profile {
  const { count, seconds } = totalOf(series);
  const rate = seconds === 0 ? 0 : count / seconds;
  const error = count === 0 ? 1 : 1 / Math.sqrt(count);
  const steps = [{ fromMin: 0, toMin: 1440, rate, error }];
  const days = [1, 2, 3, 4, 5, 6, 7];
  const spanDays = Math.max(1, Math.round(seconds / DAY_SEC));
  return {
    types: [{ days, steps, count: spanDays }],
    judged: [],
    chosen: "one rate",
  };
}

/** The rate of a profile, requests a second, by seconds since the epoch. */
export function rateIn(
  { types }: Pick<Profile, "types">,
  time: LocalTime,
): (sec: number) => number {
  const table = new Float64Array(7 * QUARTERS);
  for (const { days, steps } of types) {
    for (const day of days) {
      for (const { fromMin, toMin, rate } of steps) {
        const first = (day - 1) * QUARTERS;
        table.fill(rate, first + fromMin / 15, first + toMin / 15);
      }
    }
  }
  return (sec) => {
    const local = time.at(sec);
    const quarter = Math.floor(ofDay(local) / QUARTER_SEC);
    return table[(weekdayOf(local) - 1) * QUARTERS + quarter]!;
  };
}

function daysIn({ days, logs }: Quarters, of: readonly number[]) {
  return logs.filter((_, i) => of.includes(weekdayOf(days[i]! * DAY_SEC)));
}

function quartersOf(series: Series, time: LocalTime): Quarters {
  const { count, seconds } = totalOf(series);
  const rate = count / Math.max(1, seconds);
  const shortSec = Math.max(
    series.binSec,
    SHORT_BINS_SEC.find((sec) => rate * sec >= SHORT_COUNT_MIN) ?? 450,
  );
  const short = coarser(series, shortSec);
  const byDay = new Map<number, Float64Array>();
  const values = new Float64Array(QUARTER_SEC);
  const perQuarter = Math.max(1, Math.floor(QUARTER_SEC / short.binSec));
  let at = -1;
  let n = 0;
  const note = () => {
    if (at < 0 || n < perQuarter / 2) return;
    const day = Math.floor(at / QUARTERS);
    let row = byDay.get(day);
    if (row === undefined) {
      row = new Float64Array(QUARTERS).fill(NaN);
      byDay.set(day, row);
    }
    row[at % QUARTERS] = logRateOf(values.subarray(0, n), short.binSec);
  };
  for (let i = 0; i < short.counts.length; i++) {
    const local = time.at(short.fromSec + i * short.binSec);
    const quarter = Math.floor(local / QUARTER_SEC);
    if (quarter !== at) {
      note();
      at = quarter;
      n = 0;
    }
    if (short.isOk[i] === 1 && n < values.length) {
      values[n++] = short.counts[i]!;
    }
  }
  note();
  fillLong(byDay, short.binSec);
  const days = [...byDay.keys()].sort((a, b) => a - b);
  return { days, logs: days.map((day) => byDay.get(day)!) };
}

/** Counts by the hour say the same of all four quarters of it. */
function fillLong(byDay: Map<number, Float64Array>, binSec: number): void {
  const repeat = Math.min(QUARTERS, Math.floor(binSec / QUARTER_SEC));
  if (repeat < 2) return;
  for (const row of byDay.values()) {
    for (let q = 1, left = 0; q < QUARTERS; q++) {
      if (!Number.isNaN(row[q]!)) left = repeat;
      else if (--left > 0) row[q] = row[q - 1]!;
    }
  }
}

/** Of few bins the mean tells more than the median. */
function logRateOf(counts: Float64Array, binSec: number): number {
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  if (counts.length < 9) return Math.log((mean + 1 / 6) / binSec);
  const median = medianOf(counts);
  // Where the median is nothing, it says nothing.
  return Math.log((median > 0 ? median + 1 / 6 : mean + 1e-3) / binSec);
}

/** What a quarter hour differs by from itself a week, a day or a moment before. */
function noiseOf({ days, logs }: Quarters): number {
  for (const back of [7, 1]) {
    const apart: number[] = [];
    for (let d = 0; d < days.length; d++) {
      const before = days.indexOf(days[d]! - back);
      if (before < 0) continue;
      logs[d]!.forEach((y, q) => {
        const other = y - logs[before]![q]!;
        if (!Number.isNaN(other)) apart.push(Math.abs(other));
      });
    }
    if (apart.length >= QUARTERS / 2) return deviationOf(apart);
  }
  const steps = logs.flatMap((day) =>
    [...day].slice(1).map((y, q) => Math.abs(y - day[q]!))
      .filter((apart) => !Number.isNaN(apart))
  );
  return deviationOf(steps);
}

function deviationOf(apart: readonly number[]): number {
  const middle = medianOf(Float64Array.from(apart));
  return Math.max(1e-4, 1.4826 * middle / Math.SQRT2 || 1e-4);
}
