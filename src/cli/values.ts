import { InvalidArgumentError } from "@commander-js/extra-typings";
import {
  formatDuration,
  isoTime,
  KarError,
  parseDuration,
  SLOT_MS,
} from "../base/mod.ts";

/*
 * Values of flags: each reads the user's text or says what would be right. The
 * command tree puts the flag's name and the text before the message.
 */

/** Plan time given on the command line; without an offset it is read in the plan's zone. */
export type StartTime =
  | { readonly kind: "instant"; readonly ms: number }
  | { readonly kind: "local"; readonly dateTime: Temporal.PlainDateTime };

/** When a run begins by the wall clock. */
export type AtTime =
  | StartTime
  /** So long after now. */
  | { readonly kind: "after"; readonly ms: number };

/** One `--set path=value`. */
export type Setting = readonly [path: string, value: string];

/** One `--out FORMAT=FILE`, not checked yet: see `outputs.ts`. */
export interface OutFlag {
  readonly format: string;
  readonly path: string;
}

/** Part `index`, from 1, of `count` equal parts. */
export interface StripeFlag {
  readonly index: number;
  readonly count: number;
}

/** No start lies before the epoch, or where a slot has no draws of its own any more (2405). */
const LAST_MS = Date.UTC(2400, 11, 31);
/** The traffic has this many lanes, so it cannot be cut finer. */
const STRIPES_MAX = 256;
const PORT_MAX = 65_535;
/** A log has a bound anyway. */
const SAMPLES_MAX = 100;
const LINES_MAX = 1_000_000;
/** So long after the beginning of a traffic, a part of it may still join. */
const JOIN_MS_MAX = 24 * 3_600_000;
/** A year. */
const DURATION_MAX_MS = 366 * 24 * 3_600_000;

/** A duration above zero, in milliseconds. */
export function durationValue(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) {
    throw new InvalidArgumentError(
      "Write a duration above zero, such as 30s, 5m, 2h or 7d.",
    );
  }
  if (ms > DURATION_MAX_MS) {
    throw new InvalidArgumentError(
      `At most ${formatDuration(DURATION_MAX_MS)}, a year.`,
    );
  }
  return ms;
}

/** A duration of at least one slot, rounded up to whole slots, in milliseconds. */
export function slotsValue(text: string): number {
  return Math.ceil(durationValue(text) / SLOT_MS) * SLOT_MS;
}

/** A duration that may be zero, in milliseconds. */
export function delayValue(text: string): number {
  return parseDuration(text) === 0 ? 0 : durationValue(text);
}

/** A plan time in ISO 8601. */
export function startValue(text: string): StartTime {
  const start = readStart(text);
  if (start === undefined) {
    throw new InvalidArgumentError(
      "Write a time such as 2026-11-24T09:00:00Z, 2026-11-24T09:00:00+01:00, or 2026-11-24T09:00 in the plan's zone.",
    );
  }
  const ms = startMsIn(start, "UTC");
  if (!(ms >= 0 && ms <= LAST_MS)) {
    throw new InvalidArgumentError("Use a year from 1970 to 2400.");
  }
  return start;
}

/** An instant of the wall clock, or `+30s`: so long after now. */
export function atValue(text: string): AtTime {
  if (text.startsWith("+")) {
    return { kind: "after", ms: delayValue(text.slice(1)) };
  }
  return startValue(text);
}

/**
 * The instant at which a run is to begin, milliseconds since the epoch.
 *
 * @throws {KarError} `usage` when it lies too far from now
 */
export function atMsIn(
  at: AtTime,
  { zone, nowMs }: { readonly zone: string; readonly nowMs: number },
): number {
  if (at.kind === "after") return nowMs + at.ms;
  const ms = instantIn(at, zone);
  if (ms < nowMs - JOIN_MS_MAX) {
    const ago = formatDuration(Math.floor((nowMs - ms) / 1000) * 1000);
    throw new KarError(
      "usage",
      `--at ${isoTime(ms)} was ${ago} ago: a run can join at most ${
        formatDuration(JOIN_MS_MAX)
      } late; --start says which stretch of plan time is sent`,
    );
  }
  if (ms > nowMs + DURATION_MAX_MS) {
    throw new KarError(
      "usage",
      `--at ${isoTime(ms)} is more than a year ahead: name an earlier instant`,
    );
  }
  return ms;
}

/** The instant that a start means in a zone, at its slot's edge, milliseconds since the epoch. */
export function startMsIn(start: StartTime, zone: string): number {
  return Math.floor(instantIn(start, zone) / SLOT_MS) * SLOT_MS;
}

function instantIn(start: StartTime, zone: string): number {
  // In the hour that a zone skips or repeats, Temporal takes what most
  // calendars take: the later in the gap, the earlier of the two.
  return start.kind === "instant"
    ? start.ms
    : start.dateTime.toZonedDateTime(zone).epochMilliseconds;
}

function readStart(text: string): StartTime | undefined {
  try {
    const ms = Temporal.Instant.from(text).epochMilliseconds;
    return { kind: "instant", ms };
  } catch {
    // No offset: perhaps a local time.
  }
  try {
    return { kind: "local", dateTime: Temporal.PlainDateTime.from(text) };
  } catch {
    return undefined;
  }
}

/** A seed: a whole number that a double holds exactly. */
export function seedValue(text: string): number {
  return wholeNumber(text, Number.MAX_SAFE_INTEGER);
}

/** A port; 0 lets the system choose a free one. */
export function portValue(text: string): number {
  return wholeNumber(text, PORT_MAX);
}

/** A share of one: `0.05` or `5%`. */
export function shareValue(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const share = match === null
    ? NaN
    : Number(match[1]) / (match[2] === "%" ? 100 : 1);
  if (!(share >= 0 && share <= 1)) {
    throw new InvalidArgumentError("Write a share such as 0.05 or 5%.");
  }
  return share;
}

/** A multiplier: `3`, `1.5`. What is too small or too large, the run says. */
export function factorValue(text: string): number {
  const value = amountIn(text);
  if (value !== null) return value;
  throw new InvalidArgumentError("Write a number such as 3 or 1.5.");
}

/** A rate or a multiplier; `plan` stands for what the plan says. */
export function amountValue(text: string): number | "plan" {
  const value = text === "plan" ? text : amountIn(text);
  if (value !== null) return value;
  throw new InvalidArgumentError(
    "Write a number such as 200 or 1.5, or plan for the plan's own value.",
  );
}

function amountIn(text: string): number | null {
  const value = Number(text);
  const isAmount = /^\d+(?:\.\d+)?$/.test(text) && Number.isFinite(value);
  return isAmount ? value : null;
}

/** A number of sample requests. */
export function samplesValue(text: string): number {
  return wholeNumber(text, SAMPLES_MAX);
}

/** A number of lines. */
export function linesValue(text: string): number {
  return wholeNumber(text, LINES_MAX);
}

/** A part of a fleet's run, from 1. */
export function partValue(text: string): number {
  const part = /^\d+$/.test(text) ? Number(text) : NaN;
  if (part >= 1 && part <= STRIPES_MAX) return part;
  throw new InvalidArgumentError(
    `Write the number of a part, from 1 to ${STRIPES_MAX}.`,
  );
}

/** `i/n`: part i of n. */
export function stripeValue(text: string): StripeFlag {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!(index >= 1 && index <= count && count <= STRIPES_MAX)) {
    throw new InvalidArgumentError(
      `Write part/parts such as 1/4: a part from 1 on, at most ${STRIPES_MAX} parts.`,
    );
  }
  return { index, count };
}

/** The same for orchestrators, which count from 0. */
export function stripeIndexValue(text: string): StripeFlag {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!(index < count && count <= STRIPES_MAX)) {
    throw new InvalidArgumentError(
      `Write index/parts such as 0/4: an index from 0 on, below the number of parts, at most ${STRIPES_MAX} parts.`,
    );
  }
  return { index: index + 1, count };
}

/** One more `path=value`, after those before it. */
export function settingValue(
  text: string,
  before: readonly Setting[] = [],
): readonly Setting[] {
  const [path, value] = splitAtEquals(text);
  if (path === "" || value === undefined) {
    throw new InvalidArgumentError(
      "Write path=value such as controller.base_tps=50.",
    );
  }
  return [...before, [path, value]];
}

/** One more line, after those before it. */
export function lineValue(
  text: string,
  before: readonly string[] = [],
): readonly string[] {
  return [...before, text];
}

/** One more condition, after those before it; what is wrong in it, the comparison says. */
export function failIfValue(
  text: string,
  before: readonly string[] = [],
): readonly string[] {
  return [...before, text];
}

/** One more `FORMAT=FILE`, after those before it. */
export function outValue(
  text: string,
  before: readonly OutFlag[] = [],
): readonly OutFlag[] {
  const [format, path] = splitAtEquals(text);
  if (format === "" || path === undefined || path === "") {
    throw new InvalidArgumentError("Write FORMAT=FILE such as json=FILE.");
  }
  return [...before, { format, path }];
}

function wholeNumber(text: string, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value <= max)) {
    throw new InvalidArgumentError(`Write a whole number from 0 to ${max}.`);
  }
  return value;
}

function splitAtEquals(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
