import { daysOf, epochUnitUs } from "./bytes.ts";

/** An instant as a log has it. */
export interface Stamp {
  /** Milliseconds since the epoch: the start of the tick. */
  readonly atMs: number;
  /** How long an instant the text stands for. */
  readonly tickMs: number;
}

const DAY_MS = 86_400_000;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** `24/Nov/2026:12:00:00 +0100`, with or without a fraction: what Apache and nginx write. */
const CLF_REGEXP =
  /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ([+-])(\d\d)(\d\d)$/;

/** `2026-11-24T12:00:00.123+01:00`; without an offset it is UTC. */
const ISO_REGEXP =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(?:Z|([+-])(\d\d):?(\d\d))?$/;

const EPOCH_REGEXP = /^\d{9,19}(?:\.\d{1,9})?$/;

/** A stamp in any of the forms that logs have; undefined = it is none. */
export function stampOf(text: string): Stamp | undefined {
  return epochOf(text) ?? clfOf(text) ?? isoOf(text);
}

/** `[day/month/year:…]` without its brackets. */
export function clfOf(text: string): Stamp | undefined {
  const match = CLF_REGEXP.exec(text);
  if (match === null) return undefined;
  const [, day, name, year, hour, minute, second, fraction, sign, h, m] = match;
  const place = MONTHS.indexOf(name!);
  if (place < 0 || place % 3 !== 0) return undefined;
  return stampIn(
    [Number(year), place / 3 + 1, Number(day)],
    [hour!, minute!, second!, fraction],
    [sign, h, m],
  );
}

/** ISO 8601, as `$time_iso8601` writes it. */
export function isoOf(text: string): Stamp | undefined {
  const match = ISO_REGEXP.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, h, m] =
    match;
  return stampIn(
    [Number(year), Number(month), Number(day)],
    [hour!, minute!, second!, fraction],
    [sign, h, m],
  );
}

/** A number since the epoch, in seconds, milli-, micro- or nanoseconds by its size. */
export function epochOf(text: string): Stamp | undefined {
  if (!EPOCH_REGEXP.test(text)) return undefined;
  const [whole = "", fraction = ""] = text.split(".");
  const unitMs = epochUnitUs(whole.length) / 1000;
  const tickMs = unitMs * 10 ** -fraction.length;
  return { atMs: Number(text) * unitMs, tickMs };
}

function stampIn(
  [year, month, day]: readonly [number, number, number],
  [hour, minute, second, fraction = ""]: readonly [
    string,
    string,
    string,
    string | undefined,
  ],
  [sign, h = "0", m = "0"]: readonly (string | undefined)[],
): Stamp | undefined {
  const isReal = month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
    Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
  if (!isReal) return undefined;
  const aheadMin = (Number(h) * 60 + Number(m)) * (sign === "-" ? -1 : 1);
  const ofDaySec = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return {
    atMs: daysOf(year, month, day) * DAY_MS +
      (ofDaySec - aheadMin * 60) * 1000 + Number(`0.${fraction}0`) * 1000,
    tickMs: 1000 * 10 ** -fraction.length,
  };
}
