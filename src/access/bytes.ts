/*
 * Numbers and stamps read from bytes, digit by digit: a line costs no string.
 */

const ZERO = 48;
const NINE = 57;
const DAY_US = 86_400_000_000;

/** Whether a byte is a digit. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** A whole number of bytes `[from, to)`; NaN where one is no digit, or there is none. */
export function wholeAt(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to || to - from > 19) return NaN;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** A number as `12`, `0.125`, `-1` or `1.5e-05`; NaN where it is none. */
export function numberAt(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to || to - from > 40) return NaN;
  let at = from;
  const sign = bytes[at] === 45 ? -1 : 1;
  if (sign < 0) at++;
  let value = 0;
  let digits = 0;
  for (; at < to && isDigit(bytes[at]); at++, digits++) {
    value = value * 10 + (bytes[at]! - ZERO);
  }
  let scale = 1;
  if (at < to && bytes[at] === 46) {
    for (at++; at < to && isDigit(bytes[at]); at++, digits++) {
      value = value * 10 + (bytes[at]! - ZERO);
      scale *= 10;
    }
  }
  if (digits === 0) return NaN;
  if (at < to && (bytes[at]! | 32) === 101) {
    at++;
    const isSmall = bytes[at] === 45;
    if (isSmall || bytes[at] === 43) at++;
    const power = wholeAt(bytes, at, to);
    if (!(power <= 40)) return NaN;
    return sign * value / scale * 10 ** (isSmall ? -power : power);
  }
  return at === to ? sign * value / scale : NaN;
}

/** A stamp that was read: both in microseconds. */
export interface ByteStamp {
  /** Since the epoch; NaN = it was none. */
  us: number;
  /** How long an instant the text stands for. */
  tickUs: number;
  /** Whether the text said its zone. */
  isZoned: boolean;
}

/** Days from 1970-01-01 to a Gregorian date (years begin in March, so that a leap day is the last). */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) +
    day - 1;
  const days = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) +
    ofYear;
  return era * 146_097 + days - 719_468;
}

/** Microseconds that one unit of a number since the epoch stands for, by its digits: seconds have ten until 2286. */
export function epochUnitUs(digits: number): number {
  if (digits <= 11) return 1e6;
  if (digits <= 14) return 1000;
  return digits <= 17 ? 1 : 1e-3;
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
/** By the three letters of a month, without their case, its number. */
const MONTH_BY_LETTERS = new Map(
  Array.from({ length: 12 }, (_, i) => {
    const [a, b, c] = [0, 1, 2].map((k) => MONTHS.charCodeAt(i * 3 + k) | 32);
    return [(a! << 16) | (b! << 8) | c!, i + 1] as const;
  }),
);

/** Reads stamps; remembers the day of the last one, so that a line costs a dozen digits. */
export class StampReader {
  readonly #stamp: ByteStamp = { us: NaN, tickUs: 0, isZoned: true };
  #dayKey = -1;
  #dayUs = 0;

  /** `24/Nov/2026:12:00:00.123 +0100`. The answer is valid until the next call. */
  clf(bytes: Uint8Array, from: number, to: number): ByteStamp {
    if (to - from < 20) return this.#none();
    const day = wholeAt(bytes, from, from + 2);
    const letters = ((bytes[from + 3]! | 32) << 16) |
      ((bytes[from + 4]! | 32) << 8) | (bytes[from + 5]! | 32);
    const year = wholeAt(bytes, from + 7, from + 11);
    const isShaped = bytes[from + 2] === 47 && bytes[from + 6] === 47 &&
      bytes[from + 11] === 58;
    const month = MONTH_BY_LETTERS.get(letters) ?? NaN;
    if (!isShaped || !this.#day(year, month, day)) return this.#none();
    return this.#clock(bytes, from + 12, to);
  }

  /** `2026-11-24T12:00:00.123+01:00`; without a zone it is UTC, and says so. */
  iso(bytes: Uint8Array, from: number, to: number): ByteStamp {
    if (to - from < 19) return this.#none();
    const between = bytes[from + 10];
    const isShaped = bytes[from + 4] === 45 && bytes[from + 7] === 45 &&
      (between === 84 || between === 32 || between === 116);
    const year = wholeAt(bytes, from, from + 4);
    const month = wholeAt(bytes, from + 5, from + 7);
    const day = wholeAt(bytes, from + 8, from + 10);
    if (!isShaped || !this.#day(year, month, day)) return this.#none();
    return this.#clock(bytes, from + 11, to);
  }

  /** A number since the epoch, in seconds, milli-, micro- or nanoseconds by its size. */
  epoch(bytes: Uint8Array, from: number, to: number): ByteStamp {
    let point = from;
    while (point < to && isDigit(bytes[point])) point++;
    const digits = point - from;
    if (digits < 9 || digits > 19) return this.#none();
    const unitUs = epochUnitUs(digits);
    const whole = wholeAt(bytes, from, point);
    let fraction = 0;
    let tick = unitUs;
    if (point < to) {
      if (bytes[point] !== 46 || to - point > 12) return this.#none();
      for (let i = point + 1; i < to; i++) {
        if (!isDigit(bytes[i])) return this.#none();
        fraction = fraction * 10 + (bytes[i]! - ZERO);
        tick /= 10;
      }
    }
    const stamp = this.#stamp;
    stamp.us = whole * unitUs + fraction * tick;
    stamp.tickUs = tick;
    stamp.isZoned = true;
    return stamp;
  }

  /** Whichever of the three it is. */
  any(bytes: Uint8Array, from: number, to: number): ByteStamp {
    if (bytes[from + 2] === 47) return this.clf(bytes, from, to);
    if (bytes[from + 4] === 45) return this.iso(bytes, from, to);
    return this.epoch(bytes, from, to);
  }

  #none(): ByteStamp {
    this.#stamp.us = NaN;
    return this.#stamp;
  }

  #day(year: number, month: number, day: number): boolean {
    const key = (year * 16 + month) * 32 + day;
    if (key === this.#dayKey) return true;
    const isReal = year >= 1970 && month >= 1 && month <= 12 && day >= 1 &&
      day <= 31;
    if (!isReal) return false;
    this.#dayKey = key;
    this.#dayUs = daysOf(year, month, day) * DAY_US;
    return true;
  }

  /** `12:00:00`, perhaps a fraction, perhaps a zone. */
  #clock(bytes: Uint8Array, from: number, to: number): ByteStamp {
    const hour = wholeAt(bytes, from, from + 2);
    const minute = wholeAt(bytes, from + 3, from + 5);
    const second = wholeAt(bytes, from + 6, from + 8);
    const isReal = bytes[from + 2] === 58 && bytes[from + 5] === 58 &&
      hour < 24 && minute < 60 && second <= 60;
    if (!isReal) return this.#none();
    let at = from + 8;
    let fraction = 0;
    let tick = 1e6;
    if (at < to && (bytes[at] === 46 || bytes[at] === 44)) {
      for (at++; at < to && isDigit(bytes[at]); at++) {
        if (tick < 1e-3) continue;
        fraction = fraction * 10 + (bytes[at]! - ZERO);
        tick /= 10;
      }
    }
    const aheadMin = zoneAt(bytes, at, to);
    if (Number.isNaN(aheadMin)) return this.#none();
    const stamp = this.#stamp;
    stamp.isZoned = aheadMin !== Infinity;
    const zoneMin = stamp.isZoned ? aheadMin : 0;
    stamp.us = this.#dayUs +
      (hour * 3600 + (minute - zoneMin) * 60 + second) * 1e6 + fraction * tick;
    stamp.tickUs = tick;
    return stamp;
  }
}

/** Minutes ahead of UTC; Infinity = it does not say; NaN = it is no zone. */
function zoneAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  if (bytes[at] === 32 && at < to) at++;
  if (at >= to) return Infinity;
  if (bytes[at] === 90 || bytes[at] === 122) return at + 1 === to ? 0 : NaN;
  const sign = bytes[at] === 45 ? -1 : bytes[at] === 43 ? 1 : NaN;
  const minutes = at + 3 + (bytes[at + 3] === 58 ? 1 : 0);
  const ahead = wholeAt(bytes, at + 1, at + 3) * 60 +
    (at + 3 === to ? 0 : wholeAt(bytes, minutes, to));
  return Math.abs(ahead) < 24 * 60 ? sign * ahead : NaN;
}
