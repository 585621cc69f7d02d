import * as z from "zod";
import { formatDuration, parseDuration, parseSize } from "../../base/mod.ts";
import type { CodeRange } from "../../protocol/mod.ts";
import { parseUrl, TOKEN_REGEXP } from "../../request/mod.ts";

/*
 * The sorts of value that several keys share. A message says what would be
 * right ("must be …"); whoever prints it adds the value. Their regular
 * expressions go into the JSON Schema: literals, sets, ranges, groups, anchors
 * and counts, which every reader of schemas knows, and nothing else.
 */

/** How a duration is written. */
export const DURATION_REGEXP = /^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$/;
const DURATION_HINT = "must be a duration such as 500ms, 30s, 5m or 1m30s";
const CODES_REGEXP = /^[0-9]{1,3}(-[0-9]{1,3})?$/;
const CODES_HINT = 'must be a code or a range such as 404 or "200-299"';
const CODE_LISTS_MAX = 64;

export type { CodeRange };

/** One thing that is wrong inside an object. */
export interface Finding {
  /** Keys from the object on which the rule stands. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The value must not be shown: it may be a secret. */
  readonly isSecret?: boolean;
}

/** A rule over a value: what is wrong with it. */
export type Rule<T> = (value: T) => readonly Finding[];

/** A check by a rule; runs only on a value that is well formed as a whole. */
export function rule<T>(find: Rule<T>): z.core.$ZodCheck<T> {
  return z.superRefine(reporter(find));
}

/**
 * A check by a rule that looks at some keys of an object (or of each object of
 * a list); runs as soon as these are well formed, so that a mistake elsewhere
 * does not hide another one here.
 */
export function ruleOn<T>(
  keys: readonly string[],
  find: Rule<T>,
): z.core.$ZodCheck<T> {
  return z.superRefine(reporter(find), {
    when: ({ issues }) =>
      !issues.some((issue) =>
        // A key that nobody knows leaves the others as they are.
        issue.code !== "unrecognized_keys" &&
        concerns(issue.path ?? [], keys)
      ),
  });
}

function concerns(path: readonly PropertyKey[], keys: readonly string[]) {
  const names = path.filter((step) => typeof step === "string");
  return names.length === 0 || names.some((name) => keys.includes(name));
}

function reporter<T>(find: Rule<T>) {
  return (value: T, context: z.core.$RefinementCtx<T>) => {
    for (const { path, message, isSecret = false } of find(value)) {
      context.addIssue({
        code: "custom",
        path: [...path],
        message,
        params: { isSecret },
      });
    }
  };
}

/** How a size is written. */
const SIZE_REGEXP = /^[0-9]+(\.[0-9]+)?(B|KiB|MiB|GiB|TiB)$/;
const SIZE_HINT = "must be a size such as 500MiB or 1GiB";

/** A size within bounds, both included; becomes bytes. */
export function size(min: string, max: string) {
  const [least, most] = [parseSize(min)!, parseSize(max)!];
  return z.string({ error: SIZE_HINT })
    .regex(SIZE_REGEXP, SIZE_HINT)
    .transform((text) => parseSize(text) ?? Infinity)
    .refine(
      (bytes) => bytes >= least && bytes <= most,
      `must be from ${min} to ${max}`,
    );
}

/** A duration within bounds, both included; becomes milliseconds. */
export function duration(min: string, max: string) {
  const minMs = parseDuration(min)!;
  const maxMs = parseDuration(max)!;
  return z.string({ error: DURATION_HINT })
    .regex(DURATION_REGEXP, DURATION_HINT)
    .transform((text) => parseDuration(text) ?? Infinity)
    .refine(
      (ms) => ms >= minMs && ms <= maxMs,
      `must be from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
    );
}

/** A number within bounds, both included. */
export function numberIn(min: number, max: number) {
  return z.number().min(min).max(max);
}

/** A whole number within bounds, both included. */
export function wholeIn(min: number, max: number) {
  return z.int().min(min).max(max);
}

/** Text that is not empty. */
export function text(maxChars: number) {
  return z.string().min(1).max(maxChars);
}

/** A request's method. */
export function method() {
  return z.string().max(32)
    .regex(TOKEN_REGEXP, "must be a method such as GET or POST")
    .refine(
      (name) => name.toUpperCase() !== "CONNECT",
      "must not be CONNECT, a tunnel",
    );
}

/** Codes of answers: whole numbers and ranges; becomes a list of ranges. */
export function codes() {
  const one = z.union([
    wholeIn(0, 999),
    z.string().regex(CODES_REGEXP, CODES_HINT),
  ], { error: CODES_HINT });
  return z.array(
    one.transform(rangeOf).refine(([from, to]) => from <= to, CODES_HINT),
  ).min(1).max(CODE_LISTS_MAX);
}

/** One code or a list; becomes a list of ranges. */
export function codeOrCodes() {
  return z.union([
    wholeIn(0, 999).transform((code): CodeRange[] => [[code, code]]),
    codes(),
  ], { error: 'must be a code, or a list such as [200, "300-399"]' });
}

function rangeOf(code: number | string): CodeRange {
  const [from, to] = String(code).split("-").map(Number);
  return [from!, to ?? from!];
}

/** An address that kar can ask: http, https or unix, nothing in it that is never sent. */
export function address() {
  return text(8192).check(rule((url: string) => {
    const parsed = parseUrl(url);
    if (parsed.kind === "url") return [];
    return [{ path: [], message: parsed.message, isSecret: isSecret(url) }];
  }));
}

/** An address that `fetch` posts to: http or https. */
export function webAddress() {
  return address().check(rule((url: string) => {
    const parsed = parseUrl(url);
    const isUnix = parsed.kind === "url" && parsed.peer.kind === "unix";
    return isUnix ? [{ path: [], message: "must be http:// or https://" }] : [];
  }));
}

/** It may hold a password. */
function isSecret(url: string): boolean {
  return url.includes("@");
}

/**
 * The usual spelling of an IANA zone such as `Europe/Berlin`; `undefined` when
 * there is no such zone. Offsets such as `+02:00` are zones too.
 */
export function zoneName(text: string): string | undefined {
  try {
    const zone = Temporal.Instant.fromEpochMilliseconds(0)
      .toZonedDateTimeISO(text).timeZoneId;
    // A date with a zone in it is taken as well, and is not what was meant.
    return zone.toLowerCase() === text.toLowerCase() ? zone : undefined;
  } catch {
    return undefined;
  }
}
