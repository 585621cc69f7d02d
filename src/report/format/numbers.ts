/** What is shown for a number that is not known. */
export const UNKNOWN = "–";

const COMPACT_UNITS = ["", "k", "M", "G", "T", "P"] as const;

/** A count in full, with separators: `8,912,344`. */
export function grouped(count: number): string {
  return Math.round(count).toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A number in at most five characters: `7`, `842`, `12.3k`, `1.23M`. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  let scaled = Math.abs(value);
  let unit = 0;
  // 999.5 would round to four digits, so it already belongs to the next unit.
  while (scaled >= 999.5 && unit < COMPACT_UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const sign = value < 0 ? "-" : "";
  const digits = unit === 0 ? String(Math.round(scaled)) : significant(scaled);
  return sign + digits + COMPACT_UNITS[unit];
}

/** A rate: `0.25/s`, `7.5/s`, `120/s`, `12.3k/s`. */
export function formatRate(perSec: number): string {
  const small = perSec > 0 && perSec < 99.95;
  return `${small ? significant(perSec) : compact(perSec)}/s`;
}

/** A measured time with three digits: `85µs`, `1.23ms`, `12.3s`; null is unknown. */
export function formatMs(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return UNKNOWN;
  if (ms < 0.9995) return `${Math.round(ms * 1000)}µs`;
  if (ms < 999.5) return `${significant(ms)}ms`;
  if (ms < 999_500) return `${significant(ms / 1000)}s`;
  return `${grouped(ms / 60_000)}m`;
}

/** Three significant digits without an exponent: `1.23`, `12.3`, `123`. */
function significant(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  return value.toFixed(value >= 9.995 ? 1 : 2);
}

/**
 * A share of a whole: `0.3%`. Only nothing is `0%` and only all is `100%`;
 * what would round to them is `<0.1%` and `>99.9%`.
 */
export function formatPercent(part: number, whole: number): string {
  if (whole === 0) return UNKNOWN;
  const percent = part / whole * 100;
  if (part > 0 && percent < 0.1) return "<0.1%";
  if (part < whole && percent > 99.9) return ">99.9%";
  return Number.isInteger(percent) ? `${percent}%` : `${percent.toFixed(1)}%`;
}

/** An amount of memory in powers of ten: `98.2MB`. */
export function formatBytes(bytes: number): string {
  return bytes >= 999.5 ? `${compact(bytes).replace("k", "K")}B` : `${bytes}B`;
}

/** Elapsed time as a clock: `00:01:23`, `3d 04:05:06`. */
export function formatElapsed(ms: number): string {
  const sec = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(sec / 86_400);
  const clock = [
    Math.floor(sec / 3600) % 24,
    Math.floor(sec / 60) % 60,
    sec % 60,
  ]
    .map((part) => String(part).padStart(2, "0")).join(":");
  return days > 0 ? `${days}d ${clock}` : clock;
}

/** A run begins within less than this of its start, unless it waits for an instant. */
const WAIT_MS_MIN = 1000;

/** Whether a run waits for an instant of the clock. */
export function isWaiting(
  { nowMs, startMs }: { readonly nowMs: number; readonly startMs: number },
): boolean {
  return nowMs - startMs <= -WAIT_MS_MIN;
}

/** How far a run has come since its start, as a clock; before it, how long it waits. */
export function formatProgress(sinceStartMs: number): string {
  return sinceStartMs > -WAIT_MS_MIN
    ? formatElapsed(sinceStartMs)
    : `begins in ${formatElapsed(Math.ceil(-sinceStartMs / 1000) * 1000)}`;
}

/** How much of a local instant is shown. */
export type TimeParts = "time" | "minute" | "day" | "day_minute" | "full";

const TIME_SLICE: Readonly<Record<TimeParts, readonly [number, number]>> = {
  time: [11, 19],
  minute: [11, 16],
  day: [5, 10],
  day_minute: [5, 16],
  full: [0, 19],
};

/** An instant for people, in a zone: `2026-05-04 09:00:00` or a part of it. */
export function localTime(
  epochMs: number,
  zone: string,
  parts: TimeParts,
): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(epochMs))
    .toZonedDateTimeISO(zone).toPlainDateTime();
  const text = local.toString({ smallestUnit: "second" }).replace("T", " ");
  return text.slice(...TIME_SLICE[parts]);
}
