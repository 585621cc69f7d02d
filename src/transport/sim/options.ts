import { KarError, parseDuration } from "../../base/mod.ts";
import { answer, type Outcome } from "../outcome.ts";

/** How a simulated server behaves. */
export interface SimOptions {
  /** Seed of its draws: a safe integer ≥ 0. */
  readonly seed: number;
  /** Median time to serve a request, milliseconds. */
  readonly medianMs: number;
  /** Spread: the standard deviation of ln(time); 0 = always the median. */
  readonly sigma: number;
  /** Share of requests that end with `errorOutcome`, within [0, 1]. */
  readonly errorShare: number;
  readonly errorOutcome: Outcome;
  /** The outcome of all others. */
  readonly okOutcome: Outcome;
  /** Spans of the monotonic clock in which it does nothing; in order, apart. */
  readonly stalls: readonly (readonly [fromMs: number, toMs: number])[];
  /** Requests that it serves at once, others wait in line; null = any number. */
  readonly capacity: number | null;
  /** Calls open at once on one transport before `send` says no; null = any number. */
  readonly maxOpen: number | null;
}

/** A quick server without faults. */
export const SIM_DEFAULTS: SimOptions = {
  seed: 1,
  medianMs: 5,
  sigma: 0,
  errorShare: 0,
  errorOutcome: answer(500),
  okOutcome: answer(200),
  stalls: [],
  capacity: null,
  maxOpen: null,
};

/** A setting in a URL: which option it sets, how it is read, what is right. */
interface Setting {
  readonly option: keyof SimOptions;
  readonly read: (text: string) => number;
  readonly fits: (value: number) => boolean;
  readonly right: string;
}

const SETTINGS: ReadonlyMap<string, Setting> = new Map([
  ["latency", {
    option: "medianMs",
    read: (text) => parseDuration(text) ?? NaN,
    fits: (ms) => ms >= 0,
    right: "a duration such as 5ms",
  }],
  ["sigma", {
    option: "sigma",
    read: Number,
    fits: (value) => value >= 0 && value <= 5,
    right: "a number from 0 to 5",
  }],
  ["errors", {
    option: "errorShare",
    read: Number,
    fits: (value) => value >= 0 && value <= 1,
    right: "a share from 0 to 1",
  }],
  ["capacity", {
    option: "capacity",
    read: Number,
    fits: (value) => Number.isSafeInteger(value) && value >= 1,
    right: "a whole number from 1",
  }],
  ["seed", {
    option: "seed",
    read: Number,
    fits: (value) => Number.isSafeInteger(value) && value >= 0,
    right: "a whole number from 0",
  }],
]);

/**
 * Reads the settings that the URL of a target with `client: sim` carries, such
 * as `http://sim/?latency=5ms&sigma=0.4&errors=0.01&capacity=50&seed=7`.
 *
 * @throws {KarError} for a setting that is unknown or out of range
 */
export function parseSimUrl(url: string): SimOptions {
  const options: Record<string, unknown> = { ...SIM_DEFAULTS };
  for (const [name, text] of URL.parse(url)?.searchParams ?? []) {
    const setting = SETTINGS.get(name);
    const value = text === "" ? NaN : setting?.read(text) ?? NaN;
    if (setting === undefined || !setting.fits(value)) {
      const right = setting?.right ?? [...SETTINGS.keys()].join(", ");
      throw new KarError(
        "config",
        `client sim: ${name}=${text} in the URL; expected ${right}`,
      );
    }
    options[setting.option] = value;
  }
  return options as unknown as SimOptions;
}
