/** Length of a slot, the step in which the rate is constant, in milliseconds. */
export const SLOT_MS = 100;

/** Slots in a second. */
export const SLOTS_PER_SEC = 1000 / SLOT_MS;

/** Slots in a UTC hour. */
export const SLOTS_PER_HOUR = 3600 * SLOTS_PER_SEC;

const DURATION_REGEXP = /^(\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const PART_REGEXP = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const UNIT_MS = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
} as const;

/**
 * Reads a duration such as `500ms`, `30s`, `1m30s`, `2h` or `7d`.
 *
 * @returns milliseconds, to the microsecond, or `undefined` when the text is
 *   not a duration
 */
export function parseDuration(text: string): number | undefined {
  if (!DURATION_REGEXP.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(PART_REGEXP)) {
    ms += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  // 1.1 × 1000 is a little above 1100, and a run counts every slot it touches.
  const rounded = Math.round(ms * 1000) / 1000;
  return Number.isFinite(rounded) ? rounded : undefined;
}

/** Writes milliseconds as `parseDuration` reads them: `90000` is `1m30s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${trim(ms)}ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const unit of ["h", "m"] as const) {
    const count = Math.floor(rest / UNIT_MS[unit]);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * UNIT_MS[unit];
  }
  if (rest > 0) parts.push(`${trim(rest / 1000)}s`);
  return parts.join("");
}

function trim(value: number): string {
  return String(Number(value.toFixed(3)));
}

const SIZE_REGEXP = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)$/;
const UNIT_BYTES = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;

/**
 * Reads a size such as `500MiB` or `1GiB`.
 *
 * @returns whole bytes, or `undefined` when the text is not a size
 */
export function parseSize(text: string): number | undefined {
  const match = SIZE_REGEXP.exec(text);
  if (match === null) return undefined;
  const bytes = Number(match[1]) *
    UNIT_BYTES[match[2] as keyof typeof UNIT_BYTES];
  return Math.round(bytes);
}

/** The slot that contains an instant given in milliseconds since the epoch. */
export function slotOf(epochMs: number): number {
  return Math.floor(epochMs / SLOT_MS);
}

/** The instant at which a slot begins, in milliseconds since the epoch. */
export function slotStartMs(slot: number): number {
  return slot * SLOT_MS;
}

/** An instant for machines and logs, to the millisecond: ISO 8601 in UTC. */
export function isoTime(epochMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.round(epochMs)).toString();
}
