import { concat } from "../../../base/mod.ts";
import type { Json } from "../../../plan/mod.ts";
import type { ValueContext } from "./scalars.ts";
import { varintField } from "./wire.ts";

/** RFC 3339, with T and Z in upper case. */
const TIMESTAMP_REGEXP =
  /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const DURATION_REGEXP = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;
/** From the first instant of year 1 to the last one of year 9999. */
const SECONDS_MIN = -62_135_596_800;
const SECONDS_MAX = 253_402_300_799;
/** About ten thousand years. */
const DURATION_SECONDS_MAX = 315_576_000_000;

/** The bytes of a `google.protobuf.Timestamp`; null = the mistake was reported. */
export function timestamp(json: Json, at: ValueContext): Uint8Array | null {
  const text = typeof json === "string" ? at.reading.expand(json) : "";
  const match = TIMESTAMP_REGEXP.exec(text);
  const seconds = match === null ? NaN : secondsOf(match);
  if (seconds >= SECONDS_MIN && seconds <= SECONDS_MAX) {
    return secondsAndNanos(seconds, nanosOf(match![3]));
  }
  const what = 'an instant such as "2026-11-30T09:30:00Z"';
  return at.reading.notA(what, json, at.path);
}

function secondsOf([, date, time, , sign, hours, minutes]: RegExpExecArray) {
  const ms = Date.parse(`${date}T${time}Z`);
  // 30 February would roll over into March, and 24:00 into the next day.
  const isReal = Number.isFinite(ms) &&
    new Date(ms).toISOString().startsWith(`${date}T${time}`);
  const offset = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60;
  return isReal ? ms / 1000 - (sign === "-" ? -offset : offset) : NaN;
}

/** The bytes of a `google.protobuf.Duration`; null = the mistake was reported. */
export function duration(json: Json, at: ValueContext): Uint8Array | null {
  const text = typeof json === "string" ? at.reading.expand(json) : "";
  const match = DURATION_REGEXP.exec(text);
  const [, sign, whole, fraction] = match ?? [];
  const seconds = match === null ? NaN : Number(whole);
  const nanos = nanosOf(fraction);
  const isWithin = seconds < DURATION_SECONDS_MAX ||
    (seconds === DURATION_SECONDS_MAX && nanos === 0);
  if (isWithin) {
    return sign === "-"
      ? secondsAndNanos(-seconds, -nanos)
      : secondsAndNanos(seconds, nanos);
  }
  const what = 'a duration in seconds such as "1.5s"';
  return at.reading.notA(what, json, at.path);
}

function nanosOf(fraction: string | undefined): number {
  return Number((fraction ?? "").padEnd(9, "0"));
}

function secondsAndNanos(seconds: number, nanos: number): Uint8Array {
  return concat([
    ...(seconds === 0 ? [] : [varintField(1, BigInt(seconds))]),
    ...(nanos === 0 ? [] : [varintField(2, BigInt(nanos))]),
  ]);
}
