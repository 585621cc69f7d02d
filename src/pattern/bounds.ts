import { excerpt, formatDuration, KarError } from "../base/mod.ts";

/*
 * How far a rate can be moved: by a file, by an operator, by what was saved.
 * Code that takes one of these from outside checks it here.
 */

/** A key comes from outside and may be anything. */
const KEY_CHARS_MAX = 40;

/** Requests per second that may be planned. */
export const RATE_MAX = 1_000_000;
/** The greatest scale that an operator may ask for. */
export const SCALE_MAX = 1000;
/** A span of numbers, both ends included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** What an operator can set. */
export const SETTINGS = {
  base: { min: 0, max: RATE_MAX },
  max: { min: 0, max: RATE_MAX },
  scale: { min: 0, max: SCALE_MAX },
} as const satisfies Readonly<Record<string, Bounds>>;

/** The name of one of them. */
export type SettingKey = keyof typeof SETTINGS;

/** How high a spike is that an operator asks for. */
export const SPIKE_FACTOR: Bounds = { min: 1, max: 1000 };
/** How long it is, rise and fall together, in milliseconds. */
export const SPIKE_MS: Bounds = { min: 100, max: 24 * 3_600_000 };

/**
 * Makes sure that something can be set, and to this value.
 *
 * @param value null = the plan's own
 * @throws {KarError} `usage` that names key, value and bounds
 */
export function checkSetting(
  key: string,
  value: number | null,
): asserts key is SettingKey {
  if (!Object.hasOwn(SETTINGS, key)) {
    const keys = Object.keys(SETTINGS).join(", ");
    const text = excerpt(key, KEY_CHARS_MAX);
    throw new KarError(
      "usage",
      `Cannot set "${text}": must be one of ${keys}`,
    );
  }
  if (value !== null) check(key, value, SETTINGS[key as SettingKey]);
}

/**
 * Makes sure that a spike is possible.
 *
 * @param spike what is not given is the plan's
 * @throws {KarError} `usage` that names value and bounds
 */
export function checkSpike(
  { factor, durationMs }: {
    readonly factor?: number | undefined;
    readonly durationMs?: number | undefined;
  },
): void {
  if (factor !== undefined) check("the factor", factor, SPIKE_FACTOR);
  if (durationMs === undefined || isWithin(durationMs, SPIKE_MS)) return;
  throw new KarError(
    "usage",
    `Cannot spike for ${durationMs} ms: must be from ${
      formatDuration(SPIKE_MS.min)
    } to ${formatDuration(SPIKE_MS.max)}`,
  );
}

function check(what: string, value: number, bounds: Bounds): void {
  if (isWithin(value, bounds)) return;
  throw new KarError(
    "usage",
    `Cannot set ${what} to ${value}: must be from ${bounds.min} to ${bounds.max}`,
  );
}

/** Whether a value lies within bounds; NaN does nowhere. */
export function isWithin(value: number, { min, max }: Bounds): boolean {
  return value >= min && value <= max;
}
