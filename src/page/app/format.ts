/** Numbers and times as the page shows them. An unknown value is a dash. */

export const UNKNOWN = "–";

const counts = new Intl.NumberFormat("en-US");

/** 12,345. */
export function count(n: number): string {
  return counts.format(n);
}

/** 1.2 ms, 34 ms, 1.25 s. */
export function ms(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value === 0) return "0 ms";
  if (value < 10) return `${Number(value.toPrecision(2))} ms`;
  if (value < 1000) return `${Math.round(value)} ms`;
  return `${Number((value / 1000).toFixed(2))} s`;
}

/** Requests a second: 0.25/s, 12.3/s, 1,234/s. */
export function rate(perSec: number): string {
  if (perSec > 0 && perSec < 0.1) return `${Number(perSec.toPrecision(2))}/s`;
  const digits = perSec < 10 ? 2 : perSec < 100 ? 1 : 0;
  return `${counts.format(Number(perSec.toFixed(digits)))}/s`;
}

/** 99.63 %; never 100 % where something is missing. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return UNKNOWN;
  const share = 100 * part / whole;
  const text = share.toFixed(2);
  if (part < whole && text === "100.00") return "> 99.99 %";
  if (part > 0 && text === "0.00") return "< 0.01 %";
  return `${Number(text)} %`;
}

/** 45 s, 12 min 30 s, 3 h 20 min, 12 d 4 h. */
export function span(durationMs: number): string {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]] as const;
  let left = Math.round(durationMs / 1000);
  const parts: string[] = [];
  for (const [name, seconds] of units) {
    const n = Math.floor(left / seconds);
    left -= n * seconds;
    if (n > 0 || parts.length > 0) parts.push(`${n} ${name}`);
  }
  const shown = parts.slice(0, 2).filter((part) => !part.startsWith("0 "));
  return shown.length === 0 ? "0 s" : shown.join(" ");
}

/** Times of day in one zone, as exact as there is need. */
export class Times {
  readonly #seconds: Intl.DateTimeFormat;
  readonly #minutes: Intl.DateTimeFormat;
  readonly #days: Intl.DateTimeFormat;
  readonly #all: Intl.DateTimeFormat;

  constructor(readonly zone: string) {
    const format = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    const minute = { hour: "2-digit", minute: "2-digit" } as const;
    const day = { day: "numeric", month: "short" } as const;
    this.#seconds = format({ ...minute, second: "2-digit" });
    this.#minutes = format(minute);
    this.#days = format(day);
    this.#all = format({ ...day, year: "numeric", ...minute });
  }

  /** 03:12:09. */
  second(epochMs: number): string {
    return this.#seconds.format(epochMs);
  }

  /** 03:12:09.123. */
  milli(epochMs: number): string {
    const part = String(Math.floor(epochMs % 1000)).padStart(3, "0");
    return `${this.second(epochMs)}.${part}`;
  }

  /** 30 Nov 2026, 03:12. */
  full(epochMs: number): string {
    return this.#all.format(epochMs);
  }

  /** A label of an axis whose ticks are so many seconds apart. */
  tick(epochSec: number, apartSec: number): string {
    const at = epochSec * 1000;
    if (apartSec >= 86400) return this.#days.format(at);
    const minutes = this.#minutes.format(at);
    if (apartSec >= 60) {
      return minutes === "00:00" ? this.#days.format(at) : minutes;
    }
    return this.#seconds.format(at);
  }
}
