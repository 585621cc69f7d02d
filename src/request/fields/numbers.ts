/*
 * What fields write without making strings: digits, hexadecimal digits, dates.
 */

const ZERO = 0x30;
const MINUS = 0x2d;
const HEX = Uint8Array.from("0123456789abcdef", (char) => char.charCodeAt(0));
const DAY_MS = 86_400_000;

/** Bytes of the longest whole number: a sign and sixteen digits. */
export const WHOLE_BYTES = 17;
/** Bytes of `2026-09-01T08:00:00.000Z`. */
export const ISO_BYTES = 24;

/** Writes a safe integer in decimal. Returns where it ends. */
export function writeWhole(to: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    to[at++] = MINUS;
    value = -value;
  }
  let end = at + 1;
  for (let above = 10; value >= above; above *= 10) end++;
  // Nine digits at a time: whole numbers of 32 bits divide fastest.
  for (let last = end; last > at; last -= NINE) {
    const high = value >= BILLION ? Math.floor(value / BILLION) : 0;
    let rest = (value - high * BILLION) | 0;
    const first = Math.max(at, last - NINE);
    for (let i = last - 1; i >= first; i--) {
      const tens = (rest / 10) | 0;
      to[i] = ZERO + rest - 10 * tens;
      rest = tens;
    }
    value = high;
  }
  return end;
}

const NINE = 9;
const BILLION = 1e9;

/** Makes a function that writes the last `digits` (at most 8) hexadecimal digits of 32 bits. */
export function hexWriter(digits: number) {
  return (to: Uint8Array, at: number, word: number): number => {
    for (let i = digits - 1; i >= 0; i--) {
      to[at + i] = HEX[word & 15]!;
      word >>>= 4;
    }
    return at + digits;
  };
}

/** Writes milliseconds since the epoch as RFC 3339 in UTC, for the years 1970 to 9999. */
export function writeIso(to: Uint8Array, at: number, ms: number): number {
  const days = Math.floor(ms / DAY_MS);
  const rest = ms - days * DAY_MS;
  const { year, month, day } = civil(days);
  const parts = [
    [year, 4, "-"],
    [month, 2, "-"],
    [day, 2, "T"],
    [Math.floor(rest / 3_600_000), 2, ":"],
    [Math.floor(rest / 60_000) % 60, 2, ":"],
    [Math.floor(rest / 1000) % 60, 2, "."],
    [rest % 1000, 3, "Z"],
  ] as const;
  for (const [value, digits, sign] of parts) {
    let left = value;
    for (let i = digits - 1; i >= 0; i--) {
      to[at + i] = ZERO + left % 10;
      left = Math.floor(left / 10);
    }
    to[at + digits] = sign.charCodeAt(0);
    at += digits + 1;
  }
  return at;
}

/** The date of a day since 1970-01-01: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function civil(days: number) {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}
