import { formatDuration, KarError } from "../../base/mod.ts";
import { RATE_MAX } from "../../config/mod.ts";
import { type Action, SCALE_MAX } from "../../controller/mod.ts";

/** What can be set, and how far. */
const SETTINGS = { base: RATE_MAX, max: RATE_MAX, scale: SCALE_MAX } as const;
type Setting = keyof typeof SETTINGS;

const SPIKE_FACTOR_MAX = 1000;
const SPIKE_MS_MIN = 100;
const SPIKE_MS_MAX = 24 * 3_600_000;

/**
 * The change that `set` asks for.
 *
 * @param value undefined goes back to the plan's value
 * @throws {KarError} `usage` for a key or value that does not exist
 */
export function setAction(key: string, value: number | undefined): Action {
  if (!isSetting(key)) {
    const keys = Object.keys(SETTINGS).join(", ");
    throw new KarError(
      "usage",
      `Cannot set ${quoted(key)}: must be one of ${keys}`,
    );
  }
  if (value !== undefined) {
    check(key, value, { min: 0, max: SETTINGS[key] });
    return { kind: key, value };
  }
  return key === "scale" ? { kind: key, value: 1 } : { kind: key, value: null };
}

/**
 * The spike that an operator asks for; the run knows what holds where nothing
 * is given.
 *
 * @throws {KarError} `usage` for a factor or a duration out of bounds
 */
export function spikeAction(factor?: number, durationMs?: number): Action {
  if (factor !== undefined) {
    check("the factor", factor, { min: 1, max: SPIKE_FACTOR_MAX });
  }
  const isInBounds = durationMs === undefined ||
    durationMs >= SPIKE_MS_MIN && durationMs <= SPIKE_MS_MAX;
  if (!isInBounds) {
    throw new KarError(
      "usage",
      `Cannot spike for ${durationMs} ms: must be from ${
        formatDuration(SPIKE_MS_MIN)
      } to ${formatDuration(SPIKE_MS_MAX)}`,
    );
  }
  return { kind: "spike", factor, durationMs };
}

function isSetting(key: string): key is Setting {
  return Object.hasOwn(SETTINGS, key);
}

function check(
  what: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (value >= min && value <= max) return;
  throw new KarError(
    "usage",
    `Cannot set ${what} to ${value}: must be from ${min} to ${max}`,
  );
}

/** A key comes from anyone and may be anything. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
