/** A number of three digits that count, as a config has it. */
export function digits(value: number, count = 3): number {
  return Number(value.toPrecision(count));
}

/** A share as percent for people: `12.3 %`. */
export function percent(share: number): string {
  const value = share * 100;
  return `${Number(value.toPrecision(value >= 10 ? 3 : 2))} %`;
}

/** A count with commas. */
export function counted(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Minutes since midnight as `08:15`, up to `24:00`. */
export function clock(minutes: number): string {
  const text = (value: number) => String(value).padStart(2, "0");
  return `${text(Math.floor(minutes / 60))}:${text(minutes % 60)}`;
}

/** A duration of some digits: whole seconds above ten, minutes above an hour. */
export function roundMs(seconds: number): number {
  if (seconds < 10) return Math.max(1, Math.round(seconds * 10)) * 100;
  if (seconds < 600) return Math.round(seconds) * 1000;
  if (seconds < 36_000) return Math.round(seconds / 60) * 60_000;
  return Math.round(seconds / 3600) * 3_600_000;
}
